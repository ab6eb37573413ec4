//! Reads whole objects: looks them up, inflates them and applies their chain of deltas.

use std::collections::HashMap;
use std::sync::Arc;

use super::inflate::Inflater;
use super::pack::{self, Form, Pack};
use super::{Kind, MOST_BYTES, Object, Store, delta};
use crate::digest;
use crate::tree::ObjectId;

/// The longest chain of deltas; git makes none beyond 4095.
const LONGEST_CHAIN: usize = 4096;

/// Bytes of bases that are kept, because the next object is often made from the same one.
const KEPT: usize = 16 << 20;

/// The largest base that is kept.
const LARGEST_KEPT: usize = 1 << 20;

/// One thread's access to a store.
#[derive(Debug)]
pub(crate) struct Reader {
    store: Arc<Store>,
    inflater: Inflater,
    bases: HashMap<(usize, u64), Object>,
    kept: usize,
}

impl Reader {
    /// Access to `store`.
    pub(crate) fn new(store: Arc<Store>) -> Self {
        Self { store, inflater: Inflater::default(), bases: HashMap::new(), kept: 0 }
    }

    /// The store that is read.
    pub(crate) fn store(&self) -> &Arc<Store> {
        &self.store
    }

    /// True where an object lies in a pack.
    pub(crate) fn is_packed(&self, id: ObjectId) -> bool {
        self.store.packs().iter().any(|pack| pack.find(id).is_some())
    }

    /// An object; `None` where it is not found or not understood.
    pub(crate) fn read(&mut self, id: ObjectId) -> Option<Object> {
        let store = Arc::clone(&self.store);
        let packed = store.packs().iter().enumerate().find_map(|(number, pack)| Some((number, pack, pack.find(id)?)));
        match packed {
            Some((number, pack, offset)) => self.packed(number, pack, offset),
            None => self.loose(id),
        }
    }

    fn loose(&mut self, id: ObjectId) -> Option<Object> {
        let hex = digest::hex(&id.0);
        let (folder, name) = hex.split_at(2);
        let bytes = self.store.folders.iter().find_map(|objects| {
            let path = objects.join(folder).join(name);
            std::fs::read(path).ok().filter(|bytes| bytes.len() as u64 <= MOST_BYTES)
        })?;
        let (kind, data) = self.inflater.loose(bytes)?;
        Some(Object { kind, data: Arc::new(data) })
    }

    fn packed(&mut self, number: usize, pack: &Pack, offset: u64) -> Option<Object> {
        let file = pack.data()?;
        let mut deltas: Vec<(u64, Vec<u8>)> = Vec::new();
        let (mut at, mut bytes) = (offset, 0);
        let mut object = loop {
            if let Some(known) = self.bases.get(&(number, at)) {
                break known.clone();
            }
            let head = pack::head(self.inflater.look(file, at)?)?;
            let base = match head.form {
                Form::Whole(_) => None,
                Form::Before(distance) => Some(at.checked_sub(distance).filter(|base| *base < at)?),
                // A pack on disk is whole: what its deltas are made from lies in it too.
                Form::Of(id) => Some(pack.find(id)?),
            };
            let data = self.inflater.packed(file, at, head.length, head.size)?;
            bytes += data.len() as u64;
            if deltas.len() > LONGEST_CHAIN || bytes > MOST_BYTES {
                return None;
            }
            match (head.form, base) {
                (Form::Whole(kind), _) => break Object { kind, data: Arc::new(data) },
                (_, Some(base)) => {
                    deltas.push((at, data));
                    at = base;
                }
                (_, None) => return None,
            }
        };
        while let Some((place, delta)) = deltas.pop() {
            self.keep((number, at), &object);
            object = Object { kind: object.kind, data: Arc::new(delta::apply(&object.data, &delta)?) };
            at = place;
        }
        if object.kind == Kind::Tree {
            // A folder of one release is mostly stored as a delta against that of another.
            self.keep((number, at), &object);
        }
        Some(object)
    }

    fn keep(&mut self, place: (usize, u64), object: &Object) {
        if object.data.len() > LARGEST_KEPT || self.bases.contains_key(&place) {
            return;
        }
        if self.kept + object.data.len() > KEPT {
            self.bases.clear();
            self.kept = 0;
        }
        self.kept += object.data.len();
        self.bases.insert(place, object.clone());
    }
}
