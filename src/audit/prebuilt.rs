//! Prebuilt files, told by their first bytes.
//!
//! Sources of the signatures: the System V ABI (ELF header), Microsoft's PE/COFF specification, Apple's `mach-o/loader.h`,
//! the WebAssembly core specification, the JVM specification, `ar.h`, and the OpenType, WOFF and WOFF2 specifications.

use bstr::ByteSlice as _;

use crate::audit::facts::Fact;

/// How much of a file is looked at to tell its kind.
pub const PROBE: usize = 256;
/// How much of JavaScript is looked at to tell whether it is minified.
pub const SCRIPT: usize = 4096;

/// How many leading bytes tell whether a file of this name was built; `None`: its name says that it was not.
pub fn probe(name: &[u8]) -> Option<usize> {
    let Some(dot) = name.rfind_byte(b'.').filter(|dot| *dot > 0) else { return Some(PROBE) };
    let ending = name.get(dot + 1..)?.to_ascii_lowercase();
    match &ending[..] {
        b"so" | b"o" | b"a" | b"lib" | b"obj" | b"dll" | b"exe" | b"sys" | b"pyd" | b"node" | b"dylib" | b"bundle"
        | b"ko" | b"wasm" | b"jar" | b"war" | b"aar" | b"apk" | b"dex" | b"class" | b"pyc" | b"elf" | b"bin"
        | b"out" | b"ttf" | b"otf" | b"ttc" | b"woff" | b"woff2" | b"eot" | b"efi" | b"com" | b"bc" => Some(PROBE),
        b"js" | b"mjs" | b"cjs" => Some(SCRIPT),
        // `libz.so.1.3` and the like.
        version if version.iter().all(u8::is_ascii_digit) && name.contains_str(".so.") => Some(PROBE),
        _ => None,
    }
}

/// What a file is, if it was built; `head` holds its first bytes, `size` is that of the whole.
pub fn classify(name: &[u8], head: &[u8], size: u64) -> Option<Fact> {
    let binary = |kind: &str, machine: Option<&str>| {
        Some(Fact::Binary { kind: kind.to_owned(), machine: machine.map(str::to_owned) })
    };
    let ends = |ending: &str| name.to_ascii_lowercase().ends_with(ending.as_bytes());
    match head {
        [0x7f, b'E', b'L', b'F', ..] => binary("elf", elf_machine(head)),
        [b'M', b'Z', ..] if is_pe(head) => binary("pe", pe_machine(head)),
        [0xcf | 0xce, 0xfa, 0xed, 0xfe, ..] => binary("mach-o", mach_machine(head)),
        // A universal Mach-O and a Java class begin alike; the count of architectures is small, a class version is not.
        [0xca, 0xfe, 0xba, 0xbe, 0, 0, 0, count, ..] if *count < 20 => binary("mach-o", Some("universal")),
        [0xca, 0xfe, 0xba, 0xbe, ..] if head.len() >= 8 => binary("class", None),
        [0, b'a', b's', b'm', 1, 0, 0, 0, ..] => binary("wasm", None),
        [b'P', b'K', 3, 4, ..] if ends(".jar") || ends(".war") || ends(".aar") || ends(".apk") => binary("jar", None),
        [b'd', b'e', b'x', b'\n', _, _, _, 0, ..] => binary("dex", None),
        [b'!', b'<', b'a', b'r', b'c', b'h', b'>', b'\n', ..] => binary("archive", None),
        [b'B', b'C', 0xc0, 0xde, ..] => binary("llvm-bitcode", None),
        [0, 1, 0, 0, 0, tables, ..] if *tables < 64 && (ends(".ttf") || ends(".otf")) => binary("font", None),
        [b'O', b'T', b'T', b'O', ..] | [b't', b't', b'c', b'f', 0, ..] | [b't', b'r', b'u', b'e', 0, ..] => {
            binary("font", None)
        }
        [b'w', b'O', b'F', b'F' | b'2', 0 | b'O' | 1, ..] => binary("font", None),
        _ if ends(".js") || ends(".mjs") || ends(".cjs") => {
            if is_minified(head, size) {
                binary("minified-js", None)
            } else {
                None
            }
        }
        _ => None,
    }
}

fn u16_at(head: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(head.get(at..at.checked_add(2)?)?.try_into().ok()?))
}

fn elf_machine(head: &[u8]) -> Option<&'static str> {
    let little = head.get(5) == Some(&1);
    let value = u16_at(head, 18)?;
    Some(match if little { value } else { value.swap_bytes() } {
        3 => "x86",
        8 => "mips",
        20 => "ppc",
        21 => "ppc64",
        22 => "s390",
        40 => "arm",
        62 => "x86-64",
        183 => "aarch64",
        243 => "riscv",
        258 => "loongarch",
        _ => return None,
    })
}

/// Where the PE header of a program that begins with a DOS stub lies.
fn pe_header(head: &[u8]) -> Option<usize> {
    usize::try_from(u32::from_le_bytes(head.get(60..64)?.try_into().ok()?)).ok()
}

/// True for a program, false for a text that begins with the same two letters.
fn is_pe(head: &[u8]) -> bool {
    match pe_header(head).and_then(|at| head.get(at..at.checked_add(4)?)) {
        Some(signature) => signature == b"PE\0\0",
        // The header behind a large stub lies behind what is probed: the stub's own sentence then has to do.
        None => head.contains_str("DOS mode"),
    }
}

fn pe_machine(head: &[u8]) -> Option<&'static str> {
    match u16_at(head, pe_header(head)?.checked_add(4)?)? {
        0x14c => Some("x86"),
        0x8664 => Some("x86-64"),
        0x1c0 | 0x1c4 => Some("arm"),
        0xaa64 => Some("aarch64"),
        _ => None,
    }
}

fn mach_machine(head: &[u8]) -> Option<&'static str> {
    match u32::from_le_bytes(head.get(4..8)?.try_into().ok()?) & 0x00ff_ffff {
        7 => Some("x86-64"),
        12 => Some("aarch64"),
        _ => None,
    }
}

/// Minified: hardly any line breaks, although it is longer than a screen, and letters rather than data.
fn is_minified(head: &[u8], size: u64) -> bool {
    if size < 2048 || head.len() < 1024 || head.starts_with(b"#!") {
        return false;
    }
    // A licence comment at the beginning has lines of its own.
    let body = match head.find("*/").filter(|end| *end < head.len() / 2) {
        Some(end) => head.get(end + 2..).unwrap_or(head),
        None => head,
    };
    let lines = body.trim().find_iter("\n").count() + 1;
    let blanks = body.iter().filter(|byte| byte.is_ascii_whitespace()).count();
    body.len() / lines > 400 && blanks * 8 < body.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(name: &str, head: &[u8]) -> Option<(String, Option<String>)> {
        match classify(name.as_bytes(), head, head.len() as u64)? {
            Fact::Binary { kind, machine } => Some((kind, machine)),
            _ => None,
        }
    }

    #[expect(clippy::unnecessary_wraps, reason = "it stands for the answer it is compared with")]
    fn is(kind: &str, machine: Option<&str>) -> Option<(String, Option<String>)> {
        Some((kind.to_owned(), machine.map(str::to_owned)))
    }

    #[test]
    fn headers_tell_kind_and_machine() {
        let mut elf = b"\x7fELF\x02\x01\x01".to_vec();
        elf.resize(64, 0);
        elf[18] = 62;
        assert_eq!(kind("x", &elf), is("elf", Some("x86-64")));
        let mut pe = b"MZ".to_vec();
        pe.resize(128, 0);
        pe[60] = 80;
        pe[80..86].copy_from_slice(b"PE\0\0\x64\xaa");
        assert_eq!(kind("x.dll", &pe), is("pe", Some("aarch64")));
        assert_eq!(kind("x", b"MZ is no program"), None);
        assert_eq!(kind("x", &[0xcf, 0xfa, 0xed, 0xfe, 12, 0, 0, 1]), is("mach-o", Some("aarch64")));
        assert_eq!(kind("x", &[0xca, 0xfe, 0xba, 0xbe, 0, 0, 0, 2]), is("mach-o", Some("universal")));
        assert_eq!(kind("X.class", &[0xca, 0xfe, 0xba, 0xbe, 0, 0, 0, 61]), is("class", None));
        assert_eq!(kind("x.wasm", b"\0asm\x01\0\0\0"), is("wasm", None));
        assert_eq!(kind("x.jar", b"PK\x03\x04...."), is("jar", None));
        assert_eq!(kind("x.zip", b"PK\x03\x04...."), None);
        assert_eq!(kind("x.a", b"!<arch>\nx"), is("archive", None));
        assert_eq!(kind("x.woff2", b"wOF2\0\x01\0\0"), is("font", None));
        assert_eq!(kind("x.ttf", b"\0\x01\0\0\0\x10\0\0"), is("font", None));
    }

    #[test]
    fn minified_scripts_are_told_from_written_ones() {
        let minified = "function a(b,c){return b+c};var d=a(1,2);".repeat(100);
        assert_eq!(kind("x.js", minified.as_bytes()), is("minified-js", None));
        let written = "function add(left, right) {\n  return left + right;\n}\n".repeat(100);
        assert_eq!(kind("x.js", written.as_bytes()), None);
        let with_licence = format!("/*\n * licence\n */\n{minified}");
        assert_eq!(kind("x.js", with_licence.as_bytes()), is("minified-js", None));
    }

    #[test]
    fn names_say_what_is_worth_a_look() {
        assert_eq!(probe(b"libz.so.1.3.1"), Some(PROBE));
        assert_eq!(probe(b"tool"), Some(PROBE));
        assert_eq!(probe(b"a.js"), Some(SCRIPT));
        assert_eq!(probe(b"a.cc"), None);
        assert_eq!(probe(b"a.1"), None);
    }
}
