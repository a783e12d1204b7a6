//! Which names in a pickle are an attack.
//!
//! Nothing is ever called, so this is not what keeps the program safe. It is what lets it say
//! that a file is dangerous for other programs, instead of quietly reading the rest of it.

/// Modules that no tensor has a use for, with everything below them.
const HOSTILE_MODULES: [&str; 58] = [
    "os",
    "posix",
    "nt",
    "posixpath",
    "ntpath",
    "subprocess",
    "_posixsubprocess",
    "commands",
    "popen2",
    "sys",
    "runpy",
    "pty",
    "socket",
    "_socket",
    "ssl",
    "select",
    "shutil",
    "importlib",
    "imp",
    "pkgutil",
    "zipimport",
    "ctypes",
    "_ctypes",
    "cffi",
    "code",
    "codeop",
    "webbrowser",
    "pickle",
    "_pickle",
    "cPickle",
    "marshal",
    "shelve",
    "timeit",
    "pdb",
    "bdb",
    "cProfile",
    "profile",
    "trace",
    "doctest",
    "idlelib",
    "ensurepip",
    "venv",
    "pip",
    "setuptools",
    "distutils",
    "urllib",
    "urllib2",
    "http",
    "httplib",
    "requests",
    "aiohttp",
    "ftplib",
    "smtplib",
    "telnetlib",
    "asyncio",
    "multiprocessing",
    "signal",
    "platform",
];

/// Single names elsewhere that build or reach code.
const HOSTILE_NAMES: [(&str, &str); 12] = [
    ("io", "open"),
    ("io", "FileIO"),
    ("_io", "open"),
    ("_io", "FileIO"),
    ("types", "CodeType"),
    ("types", "FunctionType"),
    ("operator", "attrgetter"),
    ("operator", "methodcaller"),
    ("_operator", "attrgetter"),
    ("_operator", "methodcaller"),
    ("torch", "load"),
    ("numpy.testing._private.utils", "runstring"),
];

/// The built-in classes and functions that only make values.
const HARMLESS_BUILTINS: [&str; 22] = [
    "bool",
    "bytearray",
    "bytes",
    "complex",
    "dict",
    "float",
    "frozenset",
    "int",
    "list",
    "long",
    "object",
    "range",
    "reversed",
    "set",
    "slice",
    "str",
    "tuple",
    "type",
    "unicode",
    "xrange",
    "Ellipsis",
    "NotImplemented",
];

/// Whether a pickle that names this asks for code to be run.
pub fn is_hostile(module: &str, name: &str) -> bool {
    let top = module.split('.').next().unwrap_or(module);
    match top {
        "builtins" | "__builtin__" | "__builtins__" => {
            // Exceptions are left in files by the dozen, and do nothing.
            let exception = name.ends_with("Error") || name.ends_with("Exception");
            !exception && !HARMLESS_BUILTINS.contains(&name)
        }
        "" | "__main__" => hostile_path(name),
        _ => {
            HOSTILE_MODULES.contains(&top)
                || HOSTILE_NAMES.contains(&(module, name))
                || hostile_path(name)
        }
    }
}

/// A dotted name walks from attribute to attribute: `torch` `serialization.os.system` is one.
fn hostile_path(name: &str) -> bool {
    name.contains('.')
        && name.split('.').any(|part| {
            HOSTILE_MODULES.contains(&part) || (part.starts_with("__") && part != "__class__")
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attacks_are_told_from_leftovers() {
        for (module, name) in [
            ("os", "system"),
            ("posix", "system"),
            ("nt", "system"),
            ("os.path", "join"),
            ("subprocess", "Popen"),
            ("builtins", "eval"),
            ("__builtin__", "getattr"),
            ("builtins", "__import__"),
            ("runpy", "_run_code"),
            ("torch", "serialization.os.system"),
            ("torch", "load"),
            ("pytorch_lightning", "Trainer.__init__.__globals__"),
            ("__main__", "os.system"),
            ("operator", "attrgetter"),
        ] {
            assert!(is_hostile(module, name), "{module}.{name}");
        }
        for (module, name) in [
            ("collections", "OrderedDict"),
            ("torch._utils", "_rebuild_tensor_v2"),
            ("pytorch_lightning.callbacks.model_checkpoint", "ModelCheckpoint"),
            ("numpy.core.multiarray", "scalar"),
            ("pathlib", "PosixPath"),
            ("datetime", "datetime"),
            ("functools", "partial"),
            ("builtins", "set"),
            ("builtins", "KeyError"),
            ("_codecs", "encode"),
            ("copyreg", "_reconstructor"),
            ("__main__", "Config"),
            ("ossaudio", "system"),
        ] {
            assert!(!is_hostile(module, name), "{module}.{name}");
        }
    }
}
