//! Paths of GN: `//` is the root of the tree, everything else is relative to a folder; nothing here looks at a disk.

/// Where the root stands for paths that a build wants as the system's own; no real place.
pub(crate) const ROOT: &str = "/src";

/// The build folder; its name is of no account.
pub(crate) const BUILD: &str = "//out/Default";

/// Folds `.`, `..` and doubled slashes of a path below a root; `..` at the root stays there.
fn fold(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => _ = parts.pop(),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// A folder as `//a/b` (or `//`), from what was written in `current`; `None` outside of the tree.
pub(crate) fn folder(written: &str, current: &str) -> Option<String> {
    let path = file(written, current);
    if let Some(rest) = path.strip_prefix("//") {
        return Some(format!("//{}", rest.trim_end_matches('/')));
    }
    None
}

/// A path made absolute: `//...` in the tree, `/...` outside; a final slash stays.
pub(crate) fn file(written: &str, current: &str) -> String {
    let slash = |rest: &str| if rest.ends_with('/') && !rest.trim_matches('/').is_empty() { "/" } else { "" };
    if let Some(rest) = written.strip_prefix("//") {
        return format!("//{}{}", fold(rest), slash(rest));
    }
    if written.starts_with('/') {
        let folded = format!("/{}{}", fold(written), slash(written));
        if let Some(rest) = folded.strip_prefix(ROOT).filter(|rest| rest.starts_with('/')) {
            return format!("/{rest}");
        }
        return folded;
    }
    let base = current.strip_prefix("//").map_or(current, |rest| rest);
    let (root, base) = if current.starts_with("//") { ("//", base) } else { ("/", base) };
    format!("{root}{}{}", fold(&format!("{base}/{written}")), slash(written))
}

/// `path` seen from the folder `base`, both absolute in the tree.
pub(crate) fn relative(path: &str, base: &str) -> String {
    let ends = path.ends_with('/') && path != "//";
    let parts = |path: &str| -> Vec<String> {
        path.split('/').filter(|part| !part.is_empty()).map(ToOwned::to_owned).collect()
    };
    let (path, base) = (parts(path), parts(base));
    let shared = path.iter().zip(&base).take_while(|(left, right)| left == right).count();
    let mut out = vec![".."; base.len() - shared].join("/");
    let rest = path[shared..].join("/");
    if !out.is_empty() && !rest.is_empty() {
        out.push('/');
    }
    out.push_str(&rest);
    if out.is_empty() {
        out.push('.');
    }
    if ends {
        out.push('/');
    }
    out
}

/// What `rebase_path` gives: an empty base means the system's own absolute path.
pub(crate) fn rebase(input: &str, new_base: &str, current_base: &str, current: &str) -> String {
    let from = file(current_base, current);
    let absolute = if input.is_empty() { from.clone() } else { file(input, from.trim_end_matches('/')) };
    let absolute = if absolute == "/" && from == "//" { "//".to_owned() } else { absolute };
    if new_base.is_empty() {
        return match absolute.strip_prefix("//") {
            Some(rest) => format!("{ROOT}/{rest}"),
            None => absolute,
        };
    }
    let to = file(new_base, current);
    match (absolute.strip_prefix("//"), to.strip_prefix("//")) {
        (Some(path), Some(base)) => relative(path, base),
        (None, Some(_)) => absolute,
        (Some(path), None) => relative(&format!("{ROOT}/{path}"), &to),
        (None, None) => relative(&absolute, &to),
    }
}

/// The parts of a path: folder (with `.` for none), file name.
fn split(path: &str) -> (&str, &str) {
    path.rfind('/').map_or((".", path), |at| match &path[..at] {
        "" => ("/.", &path[at + 1..]),
        "/" => ("//.", &path[at + 1..]),
        folder => (folder, &path[at + 1..]),
    })
}

/// What `get_path_info` gives; `None` for a word that it does not know.
pub(crate) fn info(path: &str, what: &str, current: &str, generated: &str, objects: &str) -> Option<String> {
    let (folder, name) = split(path);
    Some(match what {
        "file" => name.to_owned(),
        "name" => name.rfind('.').map_or(name, |dot| &name[..dot]).to_owned(),
        "extension" => name.rfind('.').map_or("", |dot| &name[dot + 1..]).to_owned(),
        "dir" => folder.to_owned(),
        "abspath" => {
            let absolute = file(path, current);
            if path == "." { absolute + "/" } else { absolute }
        }
        "gen_dir" | "out_dir" => {
            let absolute = file(path, current);
            let root = if what == "gen_dir" { generated } else { objects };
            let folder = split(&absolute).0.trim_start_matches('/').trim_end_matches('.').trim_end_matches('/');
            format!("{root}/{folder}").trim_end_matches('/').to_owned()
        }
        _ => return None,
    })
}

/// Fills the placeholders of a template such as `{{source_name_part}}.cc` for one source.
pub(crate) fn expand(template: &str, source: &str, current: &str, generated: &str, objects: &str) -> String {
    if !template.contains("{{") {
        return template.to_owned();
    }
    let absolute = file(source, current);
    let (folder, name) = split(&absolute);
    let below = folder.trim_start_matches('/');
    let below = if below == "." { "" } else { below };
    let stem = name.rfind('.').map_or(name, |dot| &name[..dot]);
    let within = relative(absolute.trim_start_matches('/'), current.trim_start_matches('/'));
    [
        ("{{source}}", absolute.clone()),
        ("{{source_file_part}}", name.to_owned()),
        ("{{source_name_part}}", stem.to_owned()),
        ("{{source_dir}}", folder.to_owned()),
        ("{{source_root_relative_dir}}", below.to_owned()),
        ("{{source_gen_dir}}", format!("{generated}/{below}").trim_end_matches('/').to_owned()),
        ("{{source_out_dir}}", format!("{objects}/{below}").trim_end_matches('/').to_owned()),
        ("{{source_target_relative}}", within),
    ]
    .iter()
    .fold(template.to_owned(), |text, (placeholder, value)| text.replace(placeholder, value))
}

/// Whether a whole text fits a file pattern: `*` is anything, `\b` the border of a part of a path, else itself.
pub(crate) fn fits(text: &str, pattern: &str) -> bool {
    let (text, pattern) = (text.as_bytes(), pattern.as_bytes());
    let border = |at: usize| at == 0 || at == text.len() || text[at - 1] == b'/' || text[at] == b'/';
    let (mut at, mut step) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    loop {
        match pattern.get(step) {
            Some(b'*') => {
                star = Some((step, at));
                step += 1;
                continue;
            }
            Some(b'\\') if pattern.get(step + 1) == Some(&b'b') && border(at) => {
                step += 2;
                continue;
            }
            Some(byte) if text.get(at) == Some(byte) => {
                at += 1;
                step += 1;
                continue;
            }
            None if at == text.len() => return true,
            _ => {}
        }
        match star {
            Some((from, taken)) if taken < text.len() => {
                star = Some((from, taken + 1));
                at = taken + 1;
                step = from + 1;
            }
            _ => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_made_absolute() {
        assert_eq!(file("../x/./y.cc", "//a/b"), "//a/x/y.cc");
        assert_eq!(file("//a//b/", "//z"), "//a/b/");
        assert_eq!(file("/usr/lib", "//a"), "/usr/lib");
        assert_eq!(file("/src/a/b", "//z"), "//a/b");
        assert_eq!(file(".", "//a"), "//a");
        assert_eq!(file("x", "//"), "//x");
        assert_eq!(folder("//", "//a").as_deref(), Some("//"));
        assert_eq!(folder("../../../..", "//a/b").as_deref(), Some("//"));
        assert_eq!(folder("/usr", "//a"), None);
    }

    #[test]
    fn paths_are_rebased() {
        assert_eq!(rebase("x.txt", BUILD, ".", "//a"), "../../a/x.txt");
        assert_eq!(rebase("//a/x", "//a", ".", "//z"), "x");
        assert_eq!(rebase("x", "", ".", "//a"), "/src/a/x");
        assert_eq!(rebase("//a/", "//a", ".", "//z"), "./");
        assert_eq!(rebase("x", "//a", "//a/b", "//z"), "b/x");
        assert_eq!(rebase("/usr/x", "//a", ".", "//z"), "/usr/x");
    }

    #[test]
    fn parts_of_paths() {
        let part = |path: &str, what: &str| info(path, what, "//m", "//o/gen", "//o/obj").unwrap();
        assert_eq!(part("foo/bar.txt", "file"), "bar.txt");
        assert_eq!(part("foo/bar.tar.gz", "name"), "bar.tar");
        assert_eq!(part("foo/bar", "extension"), "");
        assert_eq!(part("foo", "dir"), ".");
        assert_eq!(part("//foo", "dir"), "//.");
        assert_eq!(part("foo/bar.txt", "abspath"), "//m/foo/bar.txt");
        assert_eq!(part("//foo/bar/b.txt", "gen_dir"), "//o/gen/foo/bar");
        assert_eq!(info("x", "colour", "//", "", ""), None);
    }

    #[test]
    fn placeholders_are_filled() {
        let fill = |template: &str| expand(template, "s/a.idl", "//d", "//o/gen", "//o/obj");
        assert_eq!(fill("{{source_gen_dir}}/{{source_name_part}}.h"), "//o/gen/d/s/a.h");
        assert_eq!(fill("{{source_target_relative}}"), "s/a.idl");
        assert_eq!(fill("{{source_root_relative_dir}}|{{source}}"), "d/s|//d/s/a.idl");
    }

    #[test]
    fn patterns_fit_whole_texts() {
        assert!(fits("a/b_win.cc", "*_win.cc") && !fits("a/b_win.cc", "_win.cc"));
        assert!(fits("win/x", "*\\bwin/*") && fits("a/win/x", "*\\bwin/*") && !fits("darwin/x", "*\\bwin/*"));
        assert!(fits("", "*") && fits("abc", "a*c") && !fits("abd", "a*c"));
    }
}
