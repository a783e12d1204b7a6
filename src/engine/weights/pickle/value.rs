//! What a pickle says, without being it: values in a list that refer to each other by index, so
//! that sharing stays sharing and no depth of nesting can overflow a stack.

/// A value's index in its [`Pickle`].
pub type Id = u32;

/// A value. What plays no part in finding tensors is [`Value::Opaque`]: floats, bytes, sets, the
/// objects of unknown classes.
#[derive(Debug)]
pub enum Value {
    /// Anything of no interest.
    Opaque,
    /// `None`.
    None,
    /// An integer of at most 64 bits.
    Int(i64),
    /// Text.
    Text(Box<str>),
    /// A tuple.
    Tuple(Box<[Id]>),
    /// A list.
    List(Vec<Id>),
    /// A dictionary's pairs in the order they were set; a later one replaces an earlier.
    Dict(Vec<(Id, Id)>),
    /// The name of a class or function, never looked up. Both are texts.
    Global {
        /// Module.
        module: Id,
        /// Name in it.
        name: Id,
    },
    /// A piece of the file that tensors lie in.
    Storage(Box<Storage>),
    /// A tensor.
    Tensor(Box<View>),
}

/// A storage as the pickle refers to it.
#[derive(Debug)]
pub struct Storage {
    /// The storage class, a [`Value::Global`]: its name gives the number type.
    pub class: Id,
    /// The storage's key in the file, a [`Value::Text`].
    pub key: Id,
    /// Number of elements.
    pub count: u64,
    /// First element and number of elements of a part that is a storage of its own.
    pub part: Option<(u64, u64)>,
}

/// A tensor: a strided view of a storage, all in elements.
#[derive(Debug)]
pub struct View {
    /// A [`Value::Storage`].
    pub storage: Id,
    /// First element.
    pub offset: u64,
    /// Dimensions.
    pub shape: Vec<usize>,
    /// Elements from one index to the next, for each dimension.
    pub strides: Vec<u64>,
    /// The number type where the storage has none, a [`Value::Global`] such as `torch.float32`.
    pub dtype: Option<Id>,
}

/// A pickle that was read.
#[derive(Debug)]
pub struct Pickle {
    /// Every value in it.
    pub values: Vec<Value>,
    /// The one that it is about.
    pub root: Id,
    /// Its length in bytes.
    pub len: usize,
}

impl Pickle {
    /// A value by its index.
    pub fn get(&self, id: Id) -> &Value {
        lookup(&self.values, id)
    }

    /// The text of a [`Value::Text`].
    pub fn text(&self, id: Id) -> Option<&str> {
        match self.get(id) {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Module and name of a [`Value::Global`].
    pub fn global(&self, id: Id) -> Option<(&str, &str)> {
        global(&self.values, id)
    }
}

/// A value by its index; every index that the machine hands out is in range.
pub fn lookup(values: &[Value], id: Id) -> &Value {
    usize::try_from(id).ok().and_then(|id| values.get(id)).unwrap_or(&Value::Opaque)
}

/// Module and name of a [`Value::Global`].
pub fn global(values: &[Value], id: Id) -> Option<(&str, &str)> {
    let &Value::Global { module, name } = lookup(values, id) else { return None };
    match (lookup(values, module), lookup(values, name)) {
        (Value::Text(module), Value::Text(name)) => Some((module, name)),
        _ => None,
    }
}
