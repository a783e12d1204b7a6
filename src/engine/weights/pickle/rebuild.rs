//! The callables that are understood: what PyTorch uses to describe a tensor, and the ordered
//! dictionary that holds them. Every other call gives an inert value.

use super::MAX_GLOBAL;
use super::input::Trouble;
use super::machine::Machine;
use super::value::{Id, Storage, Value, View};
use crate::engine::weights::MAX_DIMENSIONS;

impl Machine<'_> {
    /// The value of `callee(*args)`.
    pub(super) fn call(&mut self, callee: Id, args: Id) -> Result<Id, Trouble> {
        let path = match self.value(callee) {
            Value::Opaque => return self.store(Value::Opaque),
            Value::Global { .. } => self.global_of(callee),
            _ => return Err(self.broken("a call of what is no name")),
        };
        match path {
            Some(("torch._tensor", "_rebuild_from_type_v2")) => self.call_wrapped(args),
            _ => self.call_plain(callee, args),
        }
    }

    /// `_rebuild_from_type_v2(function, class, args, state)`: a call in a coat, of one layer.
    fn call_wrapped(&mut self, args: Id) -> Result<Id, Trouble> {
        match *self.tuple(args)? {
            [function, _, inner, ..] => self.call_plain(function, inner),
            _ => Err(self.broken("a tensor without its arguments")),
        }
    }

    fn call_plain(&mut self, callee: Id, args: Id) -> Result<Id, Trouble> {
        match self.global_of(callee) {
            Some(("collections", "OrderedDict")) => self.ordered_dict(args),
            Some(("collections", "defaultdict")) => self.store(Value::Dict(Vec::new())),
            Some(("torch._utils", "_rebuild_tensor" | "_rebuild_tensor_v2")) => {
                self.tensor(args, false)
            }
            Some(("torch._utils", "_rebuild_tensor_v3")) => self.tensor(args, true),
            Some(("torch._utils", "_rebuild_parameter" | "_rebuild_parameter_with_state")) => {
                let first = self.tuple(args)?.first().copied();
                first.ok_or_else(|| self.broken("a parameter without its tensor"))
            }
            _ => self.store(Value::Opaque),
        }
    }

    /// `OrderedDict()` or `OrderedDict([[key, value], ...])`.
    fn ordered_dict(&mut self, args: Id) -> Result<Id, Trouble> {
        let pairs: Vec<Id> = match self.tuple(args)?.first() {
            None => Vec::new(),
            Some(&list) => match self.value(list) {
                Value::List(pairs) => {
                    self.charge(pairs.len())?;
                    self.list(list).to_vec()
                }
                _ => return self.store(Value::Opaque),
            },
        };
        let mut items = Vec::with_capacity(pairs.len());
        for pair in pairs {
            match self.value(pair) {
                Value::Tuple(pair) if pair.len() == 2 => items.push((pair[0], pair[1])),
                Value::List(pair) if pair.len() == 2 => items.push((pair[0], pair[1])),
                _ => return Err(self.broken("a dictionary of other things than pairs")),
            }
        }
        self.store(Value::Dict(items))
    }

    /// `_rebuild_tensor(storage, offset, size, stride)`; v2 adds what only training needs, v3 has
    /// the number type in the seventh place.
    fn tensor(&mut self, args: Id, typed: bool) -> Result<Id, Trouble> {
        let args = self.tuple(args)?;
        let &[storage, offset, size, stride, ..] = args else {
            return Err(self.broken("a tensor without its arguments"));
        };
        let dtype = if typed { args.get(6).copied() } else { None };
        if typed && dtype.is_none() {
            return Err(self.broken("a tensor without its type"));
        }
        match self.value(storage) {
            Value::Storage(_) => {}
            // Of a kind that is not understood: neither is the tensor.
            Value::Opaque => return self.store(Value::Opaque),
            _ => return Err(self.broken("a tensor without a storage")),
        }
        let (offset, strides) = (self.natural(offset)?, self.naturals(stride)?);
        let mut shape = Vec::new();
        for dimension in self.naturals(size)? {
            shape.push(usize::try_from(dimension).map_err(|_| Trouble::limit("dimension"))?);
        }
        if shape.len() != strides.len() {
            return Err(self.broken("a tensor with more dimensions than strides, or fewer"));
        }
        // A tensor takes room for its dimensions however few bytes ask for one more of it.
        self.charge(8 + shape.len())?;
        self.store(Value::Tensor(Box::new(View { storage, offset, shape, strides, dtype })))
    }

    /// The value that a persistent id stands for: `("storage", class, key, place, count)` with
    /// the part in old files, or an old file's `("module", class, source file, source)`.
    pub(super) fn persistent(&mut self, id: Id) -> Result<Id, Trouble> {
        let broken = self.broken("a reference to what is no storage");
        let args = self.tuple(id)?;
        let (Some(&tag), Some(&class)) = (args.first(), args.get(1)) else { return Err(broken) };
        match self.value(tag) {
            Value::Text(tag) if &**tag == "storage" => {}
            Value::Text(tag) if &**tag == "module" => return Ok(class),
            _ => return Err(broken),
        }
        let (&[_, _, key, _, count], part) = args.split_at(args.len().min(5)) else {
            return Err(broken);
        };
        match self.value(key) {
            Value::Text(text) if text.len() <= MAX_GLOBAL => {}
            _ => return Err(broken),
        }
        if self.global_of(class).is_none() {
            return Err(broken);
        }
        let part = match part.first() {
            None => None,
            Some(&part) => self.part(part)?,
        };
        let count = self.natural(count)?;
        self.store(Value::Storage(Box::new(Storage { class, key, count, part })))
    }

    /// `None` or `(key, first element, number of elements)`.
    fn part(&self, id: Id) -> Result<Option<(u64, u64)>, Trouble> {
        if let Value::None = self.value(id) {
            return Ok(None);
        }
        match *self.tuple(id)? {
            [_, first, count] => Ok(Some((self.natural(first)?, self.natural(count)?))),
            _ => Err(self.broken("a part of a storage without its size")),
        }
    }

    fn natural(&self, id: Id) -> Result<u64, Trouble> {
        match self.value(id) {
            Value::Int(n) => u64::try_from(*n).map_err(|_| self.broken("a negative count")),
            _ => Err(self.broken("a count that is no number")),
        }
    }

    fn naturals(&self, id: Id) -> Result<Vec<u64>, Trouble> {
        let items = match self.value(id) {
            Value::Tuple(items) => &**items,
            Value::List(items) => items,
            _ => return Err(self.broken("dimensions that are no tuple")),
        };
        if items.len() > MAX_DIMENSIONS {
            return Err(Trouble::limit("dimensions"));
        }
        items.iter().map(|&id| self.natural(id)).collect()
    }
}
