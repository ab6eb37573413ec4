//! Reads a record; whatever is wrong with it is told with its line.

use bstr::ByteSlice;

use crate::path::RepoPath;
use crate::resolution::record::{Edit, FIRST, LAST, Origin, Question, Record, UNFINISHED};
use crate::text::{display, lines};

/// What is wrong with a record.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{line}: {problem}")]
pub struct Defect {
    /// The line, from 1.
    pub line: usize,
    /// One sentence.
    pub problem: String,
}

/// The longest value of the head, in bytes.
const LONGEST: usize = 4096;

struct Reader<'t> {
    lines: Vec<&'t [u8]>,
    next: usize,
}

/// Reads a record in the very form that [`Record::print`] writes.
pub fn parse(text: &[u8]) -> Result<Record, Defect> {
    let mut reader = Reader { lines: lines::split(text), next: 0 };
    reader.exactly(FIRST, "the file is no record of this version")?;
    let path = reader.value("path")?;
    let path = RepoPath::parse(path).map_err(|error| reader.defect(format!("the path is not usable: {error}")))?;
    let mut values: [String; 6] = Default::default();
    for (value, key) in values.iter_mut().zip(Origin::KEYS) {
        let bytes = reader.value(key)?;
        let text = bytes.to_str().map_err(|_| reader.defect(format!("`{key}` is not UTF-8")))?;
        value.push_str(text);
    }
    let [patch, from, onto, author, date, why] = values;
    if !is_date(&date) {
        return Err(
            reader.defect(format!("`{}` is no date of the form YYYY-MM-DD", display::terminal(date.as_bytes())))
        );
    }
    reader.exactly("", "an empty line must end the head")?;
    let hunk = reader.section("hunk", "base")?;
    let base = reader.section("base", "before")?;
    let before = reader.section("before", "ours")?;
    let ours = reader.section("ours", "after")?;
    let after = reader.section("after", "answer")?;
    let answer = reader.section("answer", "also")?;
    let also = edits(&reader.section("also", LAST)?).ok_or_else(|| reader.defect("`also` holds no edits"))?;
    reader.exactly(LAST, "the record is cut off")?;
    if reader.next < reader.lines.len() {
        return Err(reader.defect("something stands behind the end"));
    }
    let question = Question { path, hunk, base, ours, before, after };
    let record = Record { question, answer, also, origin: Origin { patch, from, onto, author, date, why } };
    if record.print() != text {
        return Err(Defect { line: 1, problem: "the record is not in the form that forebay writes".into() });
    }
    Ok(record)
}

impl<'t> Reader<'t> {
    fn defect(&self, problem: impl Into<String>) -> Defect {
        Defect { line: self.next.max(1), problem: problem.into() }
    }

    fn take(&mut self) -> Option<&'t [u8]> {
        let line = self.lines.get(self.next).copied()?;
        self.next += 1;
        line.strip_suffix(b"\n")
    }

    fn exactly(&mut self, wanted: &str, problem: &str) -> Result<(), Defect> {
        match self.take() {
            Some(line) if line == wanted.as_bytes() => Ok(()),
            _ => Err(self.defect(problem)),
        }
    }

    fn value(&mut self, key: &str) -> Result<&'t [u8], Defect> {
        let line = self.take().ok_or_else(|| self.defect(format!("`{key}` is missing")))?;
        let rest = line.strip_prefix(key.as_bytes()).and_then(|rest| rest.strip_prefix(b":"));
        let rest = rest.ok_or_else(|| self.defect(format!("`{key}` must stand here")))?;
        if rest.len() > LONGEST {
            return Err(self.defect(format!("`{key}` is longer than {LONGEST} bytes")));
        }
        Ok(rest.strip_prefix(b" ").unwrap_or(rest))
    }

    /// The text below `name:`, up to the line that begins the next section.
    fn section(&mut self, name: &str, next: &str) -> Result<Vec<u8>, Defect> {
        self.exactly(&format!("{name}:"), &format!("`{name}:` must stand here"))?;
        let mut text = Vec::new();
        while let Some(line) = self.lines.get(self.next).copied() {
            if let Some(part) = line.strip_prefix(b"|").filter(|part| part.ends_with(b"\n")) {
                if !text.is_empty() && !text.ends_with(b"\n") {
                    return Err(self.defect("a line stands behind one without a line feed"));
                }
                text.extend_from_slice(part);
            } else if line.strip_suffix(b"\n") == Some(UNFINISHED.as_bytes()) && text.ends_with(b"\n") {
                text.pop();
            } else {
                break;
            }
            self.next += 1;
        }
        match self.lines.get(self.next) {
            Some(_) => Ok(text),
            None => Err(self.defect(format!("the record is cut off before `{next}`"))),
        }
    }
}

/// Edits as they are printed; `None` where the text is nothing of the kind.
fn edits(text: &[u8]) -> Option<Vec<Edit>> {
    let mut list: Vec<Edit> = Vec::new();
    for line in lines::split(text) {
        if line == b"@@\n" {
            list.push(Edit::default());
            continue;
        }
        let edit = list.last_mut()?;
        let (sign, rest) = line.split_first()?;
        let behind = !(edit.old.is_empty() && edit.new.is_empty());
        let part = match sign {
            b' ' if behind => &mut edit.after,
            b' ' => &mut edit.before,
            b'-' => &mut edit.old,
            b'+' => &mut edit.new,
            _ => return None,
        };
        part.extend_from_slice(rest);
    }
    list.iter().all(|edit| edit.old != edit.new).then_some(list)
}

fn is_date(text: &str) -> bool {
    let digit = |at: usize, byte: u8| if at == 4 || at == 7 { byte == b'-' } else { byte.is_ascii_digit() };
    text.len() == 10 && text.bytes().enumerate().all(|(at, byte)| digit(at, byte))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    pub(super) fn record(hunk: &[u8], base: &[u8], ours: &[u8], answer: &[u8]) -> Record {
        let path = RepoPath::parse(b"src/a.c").unwrap();
        let (before, after) = (b"x\n".to_vec(), b"y".to_vec());
        let question = Question { path, hunk: hunk.to_vec(), base: base.to_vec(), ours: ours.to_vec(), before, after };
        let told = |text: &str| text.to_owned();
        let origin = Origin {
            patch: told("fixes/a.patch"),
            from: told("1.0"),
            onto: told("2.0"),
            author: told("A <a@x.org>"),
            date: told("2026-11-25"),
            why: String::new(),
        };
        let also =
            vec![Edit { before: b"1\n".to_vec(), old: b"2\n".to_vec(), new: ours_line(ours), after: Vec::new() }];
        Record { question, answer: answer.to_vec(), also, origin }
    }

    fn ours_line(ours: &[u8]) -> Vec<u8> {
        [&ours.iter().filter(|byte| **byte != b'\n').copied().collect::<Vec<_>>()[..], b"3\n"].concat()
    }

    #[test]
    fn the_form_is_readable_and_exact() {
        let text = record(b"@@\n-a\n+b\n", b"a\n", b"c", b"d\r\n").print();
        let expected = "forebay.resolution/1\npath: src/a.c\npatch: fixes/a.patch\nfrom: 1.0\nonto: 2.0\n\
             author: A <a@x.org>\ndate: 2026-11-25\nwhy:\n\nhunk:\n|@@\n|-a\n|+b\nbase:\n|a\nbefore:\n|x\nours:\n|c\n\
             \\ no line feed\nafter:\n|y\n\\ no line feed\nanswer:\n|d\r\nalso:\n|@@\n| 1\n|-2\n|+c3\nend\n";
        assert_eq!(String::from_utf8(text).unwrap(), expected);
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line() {
        let text = String::from_utf8(record(b"", b"a\n", b"", b"b\n").print()).unwrap();
        let told = |text: &str| parse(text.as_bytes()).unwrap_err().to_string();
        assert_eq!(told(""), "1: the file is no record of this version");
        assert_eq!(told(&text.replace("src/a.c", "../a.c")).split(':').next(), Some("2"));
        assert_eq!(told(&text.replace("2026-11-25", "today")), "8: `today` is no date of the form YYYY-MM-DD");
        assert_eq!(told(text.trim_end_matches("end\n")), "25: the record is cut off before `end`");
        assert_eq!(told(&format!("{text}end\n")), "26: something stands behind the end");
        assert!(told(&text.replace("why:", "why:  ")).contains("not in the form"));
    }

    proptest! {
        #[test]
        fn reads_what_it_prints(
            hunk in "[-+ a\n|\\\\é]{0,30}", base in "[a\n|\\\\]{0,20}", ours in "(end\n|[a\r\n]){0,6}",
            answer in prop::collection::vec(any::<u8>(), 0..30),
        ) {
            let record = record(hunk.as_bytes(), base.as_bytes(), ours.as_bytes(), &answer);
            prop_assert_eq!(parse(&record.print()), Ok(record));
        }

        #[test]
        fn a_cut_or_bent_record_is_never_another_one(cut in 0..400_usize, byte in any::<u8>()) {
            let whole = record(b"@@\n-a\n+b\n", b"a\n", b"c\n", b"d\n");
            let text = whole.print();
            let cut = cut % text.len();
            prop_assert!(parse(&text[..cut]).is_err());
            let mut bent = text.clone();
            bent[cut] = byte;
            if let Ok(other) = parse(&bent) {
                prop_assert_eq!(other.print(), bent);
            }
        }

        #[test]
        fn no_bytes_do_harm(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = parse(&bytes);
            let _ = parse(&[FIRST.as_bytes(), b"\n", &bytes].concat());
        }
    }
}
