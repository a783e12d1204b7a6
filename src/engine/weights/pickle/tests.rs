//! Pickles put together by hand, most of them hostile.

use super::*;
use crate::engine::error::Flaw;
use proptest::prelude::*;

fn flaw(bytes: &[u8]) -> Flaw {
    load(bytes).unwrap_err().into_flaw()
}

fn forbidden(bytes: &[u8], callable: &str) {
    assert_eq!(flaw(bytes), Flaw::ForbiddenCall { callable: callable.to_owned() });
}

fn limit(bytes: &[u8], limit: &str) {
    assert_eq!(flaw(bytes), Flaw::PickleLimit { limit: limit.to_owned() });
}

fn root(bytes: &[u8]) -> Value {
    let mut pickle = load(bytes).unwrap();
    let root = usize::try_from(pickle.root).unwrap();
    pickle.values.swap_remove(root)
}

#[test]
fn attacks_are_refused_by_name() {
    forbidden(b"\x80\x02cos\nsystem\nq\0X\x02\0\0\0id\x85R.", "os.system");
    forbidden(b"\x80\x02cposix\nsystem\n(X\x02\0\0\0idtR.", "posix.system");
    forbidden(b"\x80\x04\x8c\x02os\x94\x8c\x06system\x94\x93\x94\x8c\x02id\x85R.", "os.system");
    forbidden(b"cbuiltins\neval\n(S'1+1'\ntR.", "builtins.eval");
    forbidden(b"(S'id'\nios\nsystem\n.", "os.system");
    forbidden(b"(cos\nsystem\nS'id'\no.", "os.system");
    forbidden(b"\x80\x02c__builtin__\n__import__\nX\x02\0\0\0os\x85R.", "__builtin__.__import__");
    // Hidden behind the callable of a tensor, behind a harmless one, and in what is thrown away.
    forbidden(b"\x80\x02ctorch._tensor\n_rebuild_from_type_v2\n(cos\nsystem\nN)NtR.", "os.system");
    forbidden(b"\x80\x02cfunctools\npartial\ncsubprocess\nPopen\n\x85R.", "subprocess.Popen");
    forbidden(b"\x80\x02cos\nsystem\n0}.", "os.system");
}

#[test]
fn classes_are_names_and_their_objects_inert() {
    assert!(matches!(
        root(b"\x80\x02cpytorch_lightning.callbacks\nModelCheckpoint\n."),
        Value::Global { .. }
    ));
    for bytes in [
        &b"\x80\x02cdatetime\ndatetime\nC\x02ab\x85R."[..],
        b"\x80\x02cpathlib\nPosixPath\n(X\x01\0\0\0aX\x01\0\0\0btR.",
        b"\x80\x02cx\nY\n)\x81}X\x01\0\0\0aK\x01sb.",
        b"\x80\x04cx\nY\n)}\x92(K\x01K\x02e(K\x01K\x02u.",
        b"\x80\x02cx\nY\n)R)R.",
        b"(I1\nix\nY\n.",
    ] {
        assert!(matches!(root(bytes), Value::Opaque), "{}", bytes.escape_ascii());
    }
}

#[test]
fn every_protocol_says_the_same() {
    // {"a": (1, -2, "é", None, True, [3.0])}, as Python writes it.
    for bytes in [
        &b"(dp0\nVa\np1\n(I1\nI-2\nV\xc3\xa9\np2\nNI01\n(lp3\nF3.0\natp4\ns."[..],
        b"}q\0X\x01\0\0\0aq\x01(K\x01J\xfe\xff\xff\xffX\x02\0\0\0\xc3\xa9q\x02NI01\n]q\x03G@\x08\
          \0\0\0\0\0\0atq\x04s.",
        b"\x80\x02}q\0X\x01\0\0\0aq\x01(K\x01J\xfe\xff\xff\xffX\x02\0\0\0\xc3\xa9q\x02N\x88]q\x03\
          G@\x08\0\0\0\0\0\0atq\x04s.",
        b"\x80\x04\x95\x22\0\0\0\0\0\0\0}\x94\x8c\x01a\x94(K\x01J\xfe\xff\xff\xff\x8c\x02\xc3\xa9\
          \x94N\x88]\x94G@\x08\0\0\0\0\0\0at\x94s.",
    ] {
        let pickle = load(bytes).unwrap();
        assert_eq!(pickle.len, bytes.len());
        let Value::Dict(items) = pickle.get(pickle.root) else { panic!("no dictionary") };
        let &[(key, tuple)] = &items[..] else { panic!("{items:?}") };
        assert_eq!(pickle.text(key), Some("a"));
        let Value::Tuple(tuple) = pickle.get(tuple) else { panic!("no tuple") };
        assert!(matches!(pickle.get(tuple[0]), Value::Int(1)));
        assert!(matches!(pickle.get(tuple[1]), Value::Int(-2)));
        assert_eq!(pickle.text(tuple[2]), Some("é"));
        assert!(matches!(pickle.get(tuple[3]), Value::None));
        assert!(matches!(pickle.get(tuple[5]), Value::List(list) if list.len() == 1));
    }
}

#[test]
fn integers_of_any_length() {
    assert!(matches!(root(b"\x8a\0."), Value::Int(0)));
    assert!(matches!(root(b"\x8a\x01\xff."), Value::Int(-1)));
    assert!(matches!(root(b"\x8a\x02\xff\0."), Value::Int(255)));
    assert!(matches!(root(b"L-12L\n."), Value::Int(-12)));
    assert!(matches!(root(b"L99999999999999999999999L\n."), Value::Opaque));
    let mut huge = b"\x8b\0\0\x10\0".to_vec();
    huge.resize(5 + (1 << 20), 0x7f);
    huge.push(b'.');
    assert!(matches!(root(&huge), Value::Opaque));
    assert_eq!(load(b"\x8b\xff\xff\xff\x7f1.").unwrap_err(), Trouble::EndOfInput);
    assert_eq!(load(b"\x8e\xff\xff\xff\xff\xff\xff\xff\xff1.").unwrap_err(), Trouble::EndOfInput);
}

#[test]
fn depth_is_no_danger() {
    let deep = [&b"]".repeat(1_000_000)[..], &b"a".repeat(999_999), b"."].concat();
    assert!(matches!(root(&deep), Value::List(_)));
    let coats = [&b")"[..], &b"\x85".repeat(3_000_000), b"."].concat();
    assert!(matches!(root(&coats), Value::Tuple(_)));
    limit(&[&b"(".repeat(2000)[..], b"."].concat(), "depth");
    let wrapped = b"ctorch._tensor\n_rebuild_from_type_v2\n".repeat(500);
    assert!(load(&[&wrapped[..], b"."].concat()).is_ok());
}

#[test]
fn sharing_stays_sharing() {
    // Each tuple holds the one before it twice: 2^100000 leaves, if they were counted.
    let laughs = [&b"K\x01"[..], &b"2\x86".repeat(100_000), b"."].concat();
    assert_eq!(load(&laughs).unwrap().values.len(), 100_001);
    // A list that holds itself.
    assert!(matches!(root(b"]q\0h\0a."), Value::List(list) if list == [0]));
}

#[test]
fn work_is_bounded() {
    limit(&b"N".repeat(5_000_000), "operations");
    // One long list, made a dictionary of over and over.
    let mut bomb = b"ccollections\nOrderedDict\nq\0](".to_vec();
    bomb.extend_from_slice(&b"K\x01K\x02\x86".repeat(10_000));
    bomb.extend_from_slice(b"e\x85q\x01");
    bomb.extend_from_slice(&b"0h\0h\x01R".repeat(10_000));
    bomb.push(b'.');
    limit(&bomb, "operations");
    let name = [&b"c"[..], &b"m".repeat(300), b"\nn\n."].concat();
    limit(&name, "length of a name");
    let shape = [&b"("[..], &b"K\x01".repeat(20), b"t."].concat();
    let tensor = [
        &b"ctorch._utils\n_rebuild_tensor\n((X\x07\0\0\0storagectorch\nFloatStorage\nX\x01\0\0\0\
           0X\x03\0\0\0cpuK\x01tQK\0"[..],
        &shape[..shape.len() - 1],
        b"2tR.",
    ];
    limit(&tensor.concat(), "dimensions");
}

#[test]
fn broken_pickles_are_unreadable() {
    for bytes in [
        &b"."[..],
        b"0.",
        b"t.",
        b"\x80\x06N.",
        b"K\x01(a.",
        b"h\x07.",
        b"K\x01K\x02\x93.",
        b"K\x01)R.",
        b"K\x01K\x02a.",
        b"K\x01K\x02K\x03s.",
        b"}(K\x01u.",
        b"(o.",
        b"Pid\n.",
        b"\x82\x01.",
        b"\xff.",
        b"Ix\n.",
        b"L\n.",
        b"gx\n.",
        b")Q.",
        b"(X\x07\0\0\0storageNNNNtQ.",
        b"ctorch._utils\n_rebuild_tensor_v2\n(NNNNtR.",
        b"ctorch._utils\n_rebuild_parameter\n)R.",
    ] {
        let found = load(bytes);
        assert!(
            matches!(found, Err(Trouble::Flaw(Flaw::PickleUnreadable { .. }))),
            "{}: {found:?}",
            bytes.escape_ascii()
        );
    }
    for bytes in [&b""[..], b"\x80", b"K", b"X\x05\0\0\0abc", b"cos", b"N"] {
        assert_eq!(load(bytes).unwrap_err(), Trouble::EndOfInput);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2048))]
    #[test]
    fn any_operations_are_read_or_refused(
        picks in prop::collection::vec((0usize..OPERATIONS.len(), any::<u8>()), 0..60),
    ) {
        let mut bytes = Vec::new();
        for (pick, operand) in picks {
            bytes.extend_from_slice(OPERATIONS[pick]);
            if matches!(OPERATIONS[pick], b"h" | b"q" | b"K") {
                bytes.push(operand % 8);
            }
        }
        bytes.push(b'.');
        if let Ok(pickle) = load(&bytes) {
            prop_assert!(pickle.values.len() <= 3 * bytes.len());
        }
    }
}

/// Pieces that fit together often enough for whole tensors to come about.
const OPERATIONS: [&[u8]; 30] = [
    b"(",
    b")",
    b"]",
    b"}",
    b"t",
    b"l",
    b"d",
    b"a",
    b"e",
    b"s",
    b"u",
    b"0",
    b"1",
    b"2",
    b"R",
    b"b",
    b"o",
    b"Q",
    b"N",
    b"\x81",
    b"\x85",
    b"\x86",
    b"\x93",
    b"\x94",
    b"h",
    b"q",
    b"K",
    b"ctorch._utils\n_rebuild_tensor_v2\n",
    b"ccollections\nOrderedDict\n",
    b"(X\x07\0\0\0storagectorch\nFloatStorage\nX\x01\0\0\x000X\x03\0\0\0cpuK\x09tQ",
];
