//! The stack machine that a pickle is a program for.
//!
//! Each operation stores at most one value and copies at most what it took off the stack, so time
//! and memory follow the pickle's length; the few that copy more are charged for it.

use super::input::{Input, Trouble};
use super::opcode as op;
use super::policy::is_hostile;
use super::value::{Id, Pickle, Value, global, lookup};
use super::{MAX_DEPTH, MAX_GLOBAL, MAX_WORK};
use crate::engine::error::Flaw;
use std::collections::HashMap;

/// A running pickle.
pub struct Machine<'a> {
    input: Input<'a>,
    values: Vec<Value>,
    stack: Vec<Id>,
    /// Stack heights at the open marks.
    marks: Vec<usize>,
    memo: HashMap<u32, Id>,
    work: usize,
}

impl<'a> Machine<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        Self {
            input: Input::new(bytes),
            values: Vec::new(),
            stack: Vec::new(),
            marks: Vec::new(),
            memo: HashMap::new(),
            work: 0,
        }
    }

    /// Runs to the end of the pickle.
    pub fn run(mut self) -> Result<Pickle, Trouble> {
        loop {
            self.charge(1)?;
            match self.input.byte()? {
                op::STOP => break,
                code => self.step(code)?,
            }
        }
        let root = self.pop()?;
        Ok(Pickle { values: self.values, root, len: self.input.position() })
    }

    fn step(&mut self, code: u8) -> Result<(), Trouble> {
        match code {
            op::PROTO => match self.input.byte()? {
                0..=5 => Ok(()),
                _ => Err(self.broken("an unknown protocol")),
            },
            op::FRAME => self.input.array::<8>().map(|_| ()),
            op::MARK => {
                self.marks.push(self.stack.len());
                if self.marks.len() > MAX_DEPTH { Err(Trouble::limit("depth")) } else { Ok(()) }
            }
            op::POP if self.marks.last() == Some(&self.stack.len()) => self.pop_mark().map(|_| ()),
            op::POP => self.pop().map(|_| ()),
            op::POP_MARK => self.pop_mark().map(|_| ()),
            op::DUP => {
                let top = self.top()?;
                self.push(top)
            }
            op::GET | op::BINGET | op::LONG_BINGET => {
                let key = self.memo_key(code)?;
                let id = self.memo.get(&key).copied();
                let id = id.ok_or_else(|| self.broken("a memo that was never set"))?;
                self.push(id)
            }
            op::PUT | op::BINPUT | op::LONG_BINPUT | op::MEMOIZE => {
                let (key, top) = (self.memo_key(code)?, self.top()?);
                self.memo.insert(key, top);
                Ok(())
            }
            _ => self.step_value(code),
        }
    }

    fn memo_key(&mut self, code: u8) -> Result<u32, Trouble> {
        match code {
            op::BINGET | op::BINPUT => self.input.byte().map(u32::from),
            op::LONG_BINGET | op::LONG_BINPUT => self.input.array().map(u32::from_le_bytes),
            op::MEMOIZE => u32::try_from(self.memo.len()).map_err(|_| Trouble::limit("memo")),
            _ => match self.decimal()? {
                Some(key) => u32::try_from(key).map_err(|_| self.broken("a memo out of range")),
                None => Err(self.broken("a memo that is no number")),
            },
        }
    }

    fn step_value(&mut self, code: u8) -> Result<(), Trouble> {
        let value = match code {
            op::NONE => Value::None,
            op::NEWTRUE | op::NEWFALSE | op::EMPTY_SET => Value::Opaque,
            op::INT | op::LONG => self.decimal()?.map_or(Value::Opaque, Value::Int),
            op::BININT => Value::Int(i32::from_le_bytes(self.input.array()?).into()),
            op::BININT1 => Value::Int(self.input.byte()?.into()),
            op::BININT2 => Value::Int(u16::from_le_bytes(self.input.array()?).into()),
            op::LONG1 => long(self.input.counted::<1>()?),
            op::LONG4 => long(self.input.counted::<4>()?),
            op::FLOAT => self.input.line().map(|_| Value::Opaque)?,
            op::BINFLOAT => self.input.take(8).map(|_| Value::Opaque)?,
            op::STRING => quoted(self.input.line()?),
            op::UNICODE => line_text(self.input.line()?),
            op::SHORT_BINSTRING | op::SHORT_BINUNICODE => text(self.input.counted::<1>()?),
            op::BINSTRING | op::BINUNICODE => text(self.input.counted::<4>()?),
            op::BINUNICODE8 => text(self.input.counted::<8>()?),
            op::SHORT_BINBYTES => self.input.counted::<1>().map(|_| Value::Opaque)?,
            op::BINBYTES => self.input.counted::<4>().map(|_| Value::Opaque)?,
            op::BINBYTES8 | op::BYTEARRAY8 => self.input.counted::<8>().map(|_| Value::Opaque)?,
            op::EMPTY_TUPLE => Value::Tuple(Box::default()),
            op::EMPTY_LIST => Value::List(Vec::new()),
            op::EMPTY_DICT => Value::Dict(Vec::new()),
            op::TUPLE1 => Value::Tuple(Box::new([self.pop()?])),
            op::TUPLE2 => self.popped::<2>().map(|items| Value::Tuple(Box::new(items)))?,
            op::TUPLE3 => self.popped::<3>().map(|items| Value::Tuple(Box::new(items)))?,
            op::TUPLE => Value::Tuple(self.pop_mark()?.into_boxed_slice()),
            op::LIST => Value::List(self.pop_mark()?),
            op::DICT => {
                let items = self.pop_mark()?;
                Value::Dict(self.pairs(&items)?)
            }
            op::FROZENSET => self.pop_mark().map(|_| Value::Opaque)?,
            _ => return self.step_fill(code),
        };
        let id = self.store(value)?;
        self.push(id)
    }

    fn step_fill(&mut self, code: u8) -> Result<(), Trouble> {
        match code {
            op::APPEND => {
                let item = self.pop()?;
                self.extend(&[item])
            }
            op::APPENDS | op::ADDITEMS => {
                let items = self.pop_mark()?;
                self.extend(&items)
            }
            op::SETITEM => {
                let pair = self.popped::<2>()?;
                self.set(&pair)
            }
            op::SETITEMS => {
                let items = self.pop_mark()?;
                self.set(&items)
            }
            // Sets attributes; the dictionaries that matter here keep theirs in `_metadata`.
            op::BUILD => {
                self.pop()?;
                self.top().map(|_| ())
            }
            _ => self.step_object(code),
        }
    }

    fn step_object(&mut self, code: u8) -> Result<(), Trouble> {
        let made = match code {
            op::GLOBAL => self.named_by_lines()?,
            op::STACK_GLOBAL => {
                let [module, name] = self.popped()?;
                self.name(module, name)?
            }
            op::REDUCE | op::NEWOBJ => {
                let [callee, args] = self.popped()?;
                self.call(callee, args)?
            }
            op::NEWOBJ_EX => {
                let [callee, args, _] = self.popped()?;
                self.call(callee, args)?
            }
            op::INST => {
                let callee = self.named_by_lines()?;
                let args = self.pop_mark()?.into_boxed_slice();
                let args = self.store(Value::Tuple(args))?;
                self.call(callee, args)?
            }
            op::OBJ => {
                let items = self.pop_mark()?;
                let Some((&callee, args)) = items.split_first() else {
                    return Err(self.broken("an object without a class"));
                };
                let args = self.store(Value::Tuple(args.into()))?;
                self.call(callee, args)?
            }
            op::BINPERSID => {
                let id = self.pop()?;
                self.persistent(id)?
            }
            // Among them PERSID, the extension registry and out-of-band buffers: not in files
            // that torch.save wrote.
            _ => return Err(self.broken(&format!("the unknown operation {code:#04x}"))),
        };
        self.push(made)
    }

    fn named_by_lines(&mut self) -> Result<Id, Trouble> {
        let (module, name) = (text(self.input.line()?), text(self.input.line()?));
        let (module, name) = (self.store(module)?, self.store(name)?);
        self.name(module, name)
    }

    /// A class or function by name: kept as the name it is, or refused.
    fn name(&mut self, module: Id, name: Id) -> Result<Id, Trouble> {
        if let (Value::Text(module), Value::Text(name)) = (self.value(module), self.value(name)) {
            if module.len().max(name.len()) > MAX_GLOBAL {
                return Err(Trouble::limit("length of a name"));
            }
            if is_hostile(module, name) {
                let callable = format!("{module}.{name}");
                return Err(Trouble::Flaw(Flaw::ForbiddenCall { callable }));
            }
        } else {
            return Err(self.broken("a name that is no text"));
        }
        self.store(Value::Global { module, name })
    }

    fn extend(&mut self, items: &[Id]) -> Result<(), Trouble> {
        match self.top_value()? {
            Value::List(list) => list.extend_from_slice(items),
            Value::Opaque => {}
            _ => return Err(self.broken("items for what is no list")),
        }
        Ok(())
    }

    fn set(&mut self, items: &[Id]) -> Result<(), Trouble> {
        let pairs = self.pairs(items)?;
        match self.top_value()? {
            Value::Dict(dict) => dict.extend(pairs),
            Value::Opaque => {}
            _ => return Err(self.broken("entries for what is no dictionary")),
        }
        Ok(())
    }

    fn pairs(&self, items: &[Id]) -> Result<Vec<(Id, Id)>, Trouble> {
        match items.as_chunks::<2>() {
            (pairs, []) => Ok(pairs.iter().map(|&[key, value]| (key, value)).collect()),
            _ => Err(self.broken("a key without a value")),
        }
    }

    /// A line of decimal digits, `None` beyond 64 bits.
    fn decimal(&mut self) -> Result<Option<i64>, Trouble> {
        let line = self.input.line()?;
        let digits = line.strip_suffix(b"L").unwrap_or(line);
        let unsigned = digits.strip_prefix(b"-").unwrap_or(digits);
        if unsigned.is_empty() || !unsigned.iter().all(u8::is_ascii_digit) {
            return Err(self.broken("a number with other signs than digits"));
        }
        Ok(str::from_utf8(digits).ok().and_then(|digits| digits.parse().ok()))
    }

    fn push(&mut self, id: Id) -> Result<(), Trouble> {
        self.stack.push(id);
        Ok(())
    }

    fn floor(&self) -> usize {
        self.marks.last().copied().unwrap_or(0)
    }

    fn pop(&mut self) -> Result<Id, Trouble> {
        let top = self.top()?;
        self.stack.pop();
        Ok(top)
    }

    /// The top `N` values, the topmost last.
    fn popped<const N: usize>(&mut self) -> Result<[Id; N], Trouble> {
        let mut items = [0; N];
        for item in items.iter_mut().rev() {
            *item = self.pop()?;
        }
        Ok(items)
    }

    fn pop_mark(&mut self) -> Result<Vec<Id>, Trouble> {
        let mark = self.marks.pop().ok_or_else(|| self.broken("no mark on the stack"))?;
        Ok(self.stack.split_off(mark.min(self.stack.len())))
    }

    fn top(&self) -> Result<Id, Trouble> {
        let above = self.stack.get(self.floor()..).and_then(<[Id]>::last);
        above.copied().ok_or_else(|| self.broken("nothing on the stack"))
    }

    fn top_value(&mut self) -> Result<&mut Value, Trouble> {
        let top = self.top()?;
        let index = usize::try_from(top).map_err(|_| Trouble::limit("values"))?;
        if index >= self.values.len() {
            return Err(self.broken("nothing on the stack"));
        }
        Ok(&mut self.values[index])
    }

    pub(super) fn store(&mut self, value: Value) -> Result<Id, Trouble> {
        let id = Id::try_from(self.values.len()).map_err(|_| Trouble::limit("values"))?;
        self.values.push(value);
        Ok(id)
    }

    pub(super) fn value(&self, id: Id) -> &Value {
        lookup(&self.values, id)
    }

    pub(super) fn global_of(&self, id: Id) -> Option<(&str, &str)> {
        global(&self.values, id)
    }

    pub(super) fn tuple(&self, id: Id) -> Result<&[Id], Trouble> {
        match self.value(id) {
            Value::Tuple(items) => Ok(items),
            _ => Err(self.broken("arguments that are no tuple")),
        }
    }

    pub(super) fn list(&self, id: Id) -> &[Id] {
        match self.value(id) {
            Value::List(items) => items,
            _ => &[],
        }
    }

    /// Counts work that is done; past the limit the pickle is given up.
    pub(super) fn charge(&mut self, work: usize) -> Result<(), Trouble> {
        self.work = self.work.saturating_add(work);
        if self.work > MAX_WORK { Err(Trouble::limit("operations")) } else { Ok(()) }
    }

    pub(super) fn broken(&self, what: &str) -> Trouble {
        Trouble::broken(self.input.position(), what)
    }
}

fn text(bytes: &[u8]) -> Value {
    Value::Text(String::from_utf8_lossy(bytes).into())
}

/// Protocol 0's text. Escapes would have to be undone; no name that matters has one.
fn line_text(line: &[u8]) -> Value {
    if line.contains(&b'\\') { Value::Opaque } else { text(line) }
}

fn quoted(line: &[u8]) -> Value {
    match line {
        [b'\'', inner @ .., b'\''] | [b'"', inner @ .., b'"'] => line_text(inner),
        _ => Value::Opaque,
    }
}

/// A little-endian two's complement integer of any length.
fn long(bytes: &[u8]) -> Value {
    let negative = bytes.last().is_some_and(|&b| b >= 0x80);
    let mut wide = [if negative { 0xff } else { 0 }; 8];
    match wide.get_mut(..bytes.len()) {
        Some(low) => low.copy_from_slice(bytes),
        None => return Value::Opaque,
    }
    Value::Int(i64::from_le_bytes(wide))
}
