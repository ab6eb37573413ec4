//! Conditions: rpm must agree with our evaluation, for every target and architecture, on conditions made at random.

use std::fmt::Write as _;

use forebay::profile::condition::{Condition, SIGNS};
use forebay::profile::packaging::Guard;
use forebay::profile::target::{Circumstances, Target};
use forebay::spec::guard::{Opening, expression};

use super::world::{defines, rpm};

/// A small generator of its own, so that the same conditions come on every machine.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % bound).expect("it is there")
    }

    fn one_of<T: Clone>(&mut self, items: &[T]) -> T {
        items[self.below(items.len() as u64)].clone()
    }

    fn condition(&mut self, depth: usize) -> Condition {
        if depth == 0 || self.below(3) == 0 {
            return self.leaf();
        }
        match self.below(3) {
            0 => Condition::Not(Box::new(self.condition(depth - 1))),
            1 => Condition::All((0..2 + self.below(2)).map(|_| self.condition(depth - 1)).collect()),
            _ => Condition::Any((0..2 + self.below(2)).map(|_| self.condition(depth - 1)).collect()),
        }
    }

    fn leaf(&mut self) -> Condition {
        let variable = self.one_of(&["fedora", "rhel", "suse_version", "epel"]).to_owned();
        match self.below(8) {
            0 => Condition::Is(variable),
            1 => Condition::Arch(vec![self.one_of(&["x86_64", "aarch64"]).to_owned()]),
            2 => Condition::Arch(vec!["ppc64le".to_owned(), self.one_of(&["x86_64", "aarch64"]).to_owned()]),
            3 => Condition::With(self.one_of(&["on", "off"]).to_owned()),
            4 => Condition::Flag(self.one_of(&["zero", "seven", "unset"]).to_owned()),
            5 => Condition::Defined(self.one_of(&["flatpak", "zero", "unset"]).to_owned()),
            _ => Condition::Compare(variable, self.one_of(&SIGNS).1, self.one_of(&[1_u32, 9, 10, 39, 44, 1600])),
        }
    }
}

#[test]
fn rpm_agrees_on_random_conditions_for_every_target() {
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let conditions: Vec<Condition> = (0..400).map(|_| random.condition(4)).collect();
    let mut spec = String::from(
        "%bcond_without on\n%bcond_with off\n%global zero 0\n%global seven 7\n%global flatpak 1\nName: x\nVersion: 1\nRelease: 1\nSummary: x\nLicense: MIT\n",
    );
    for (index, condition) in conditions.iter().enumerate() {
        // Once as the blocks that are written around lines, once as one expression.
        let lines = Opening::of(&Guard::When(condition.clone()))
            .around_with_else(&format!("Provides: block{index} = 1\n"), &format!("Provides: block{index} = 0\n"));
        spec.push_str(&lines);
        write!(
            spec,
            "%if {}\nProvides: expression{index} = 1\n%else\nProvides: expression{index} = 0\n%endif\n",
            expression(condition)
        )
        .expect("it is there");
    }
    spec.push_str("%description\nx\n");
    let folder = tempfile::tempdir().expect("it is there");
    std::fs::write(folder.path().join("x.spec"), spec).expect("it is there");
    for target in ["fedora-39", "fedora-44", "rhel-9", "epel-10", "opensuse-1600", "mageia-9"] {
        for arch in ["x86_64", "aarch64"] {
            let mut arguments = defines(target);
            arguments.extend(["-q", "--provides", "--target", arch, "x.spec"].map(str::to_owned));
            let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
            let output = rpm(folder.path(), "rpmspec", &words);
            assert!(output.stderr.is_empty(), "{target}: {}", String::from_utf8_lossy(&output.stderr));
            let said = String::from_utf8(output.stdout).expect("it is there");
            let mut around = Circumstances::of(&Target::parse(target).expect("it is there"), arch);
            around.with.insert("on".into());
            around.numbers.extend([("zero".to_owned(), 0), ("seven".to_owned(), 7), ("flatpak".to_owned(), 1)]);
            for (index, condition) in conditions.iter().enumerate() {
                let ours = u8::from(around.hold(condition));
                for form in ["block", "expression"] {
                    let line = format!("{form}{index} = {ours}\n");
                    assert!(
                        said.contains(&line),
                        "{target} {arch}: `{condition}` is {ours} for us, not for rpm: {}",
                        expression(condition)
                    );
                }
            }
        }
    }
}
