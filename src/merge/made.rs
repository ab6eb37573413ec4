//! Keeps the lines that a rung writes anew, so that they can be borrowed like all others.

use std::cell::OnceCell;

/// An append-only store of texts.
#[derive(Debug, Default)]
pub struct Made {
    first: OnceCell<Box<Link>>,
}

#[derive(Debug)]
struct Link {
    text: Vec<u8>,
    next: OnceCell<Box<Link>>,
}

impl Made {
    /// Stores a text and lends it.
    pub fn keep(&self, text: Vec<u8>) -> &[u8] {
        let mut end = &self.first;
        while let Some(link) = end.get() {
            end = &link.next;
        }
        &end.get_or_init(|| Box::new(Link { text, next: OnceCell::new() })).text
    }
}

impl Drop for Made {
    /// Takes the chain apart link by link: a long one would otherwise end one stack frame deeper per link.
    fn drop(&mut self) {
        let mut next = self.first.take();
        while let Some(mut link) = next {
            next = link.next.take();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lends_every_text() {
        let made = Made::default();
        let texts: Vec<&[u8]> = (0..1000u16).map(|number| made.keep(number.to_be_bytes().to_vec())).collect();
        assert_eq!(texts[999], 999u16.to_be_bytes());
        assert_eq!(texts[0], [0, 0]);
    }
}
