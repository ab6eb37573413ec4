//! Just enough of Rust to find the paths that a file names: comments and texts are blanked, lines are kept.

/// A source file without comments and texts.
pub(crate) struct Source {
    code: String,
    /// Where the inline tests begin; the end where there are none.
    tests: usize,
}

impl Source {
    /// Blanks comments, strings and characters, byte for byte.
    pub(crate) fn new(text: &str) -> Self {
        let code = blanked(text);
        let tests = code.find("#[cfg(test)]").unwrap_or(code.len());
        Self { code, tests }
    }

    /// The top-level modules named by `crate::` and by as many `super::` as lead to the root, with their lines.
    pub(crate) fn crate_paths(&self, depth: usize) -> Vec<(usize, String)> {
        let mut found = self.below("crate", 0, self.code.len());
        let at_root = |supers: usize| vec!["super"; supers].join("::");
        found.extend(self.below(&at_root(depth), 0, self.tests));
        found.extend(self.below(&at_root(depth + 1), self.tests, self.code.len()));
        found.retain(|(_, name)| !matches!(name.as_str(), "self" | "super" | "crate"));
        found.sort();
        found
    }

    /// The names right below a crate, outside of inline tests.
    pub(crate) fn paths_below(&self, root: &str) -> Vec<(usize, String)> {
        self.below(root, 0, self.tests)
    }

    /// The lines that name a crate: by a path that starts with it, or by `use`; outside of inline tests.
    pub(crate) fn names_crate(&self, name: &str) -> Vec<usize> {
        let is_named = |at: usize| {
            let after = self.code[at + name.len()..].trim_start();
            let before = self.code[..at].trim_end();
            let path = after.starts_with("::") && !before.ends_with("::");
            path || (before.ends_with("use") && (after.starts_with(';') || after.starts_with("as ")))
        };
        words(&self.code[..self.tests], name).filter(|&at| is_named(at)).map(|at| self.line(at)).collect()
    }

    /// True where the file holds `mod name;`.
    pub(crate) fn declares_module(&self, name: &str) -> bool {
        words(&self.code, name).any(|at| {
            self.code[at + name.len()..].trim_start().starts_with(';') && self.code[..at].trim_end().ends_with("mod")
        })
    }

    fn line(&self, at: usize) -> usize {
        self.code[..at].matches('\n').count() + 1
    }

    /// The first names below `root::`, nested groups taken apart.
    fn below(&self, root: &str, from: usize, to: usize) -> Vec<(usize, String)> {
        let mut found = Vec::new();
        for at in words(&self.code, root).filter(|at| (from..to).contains(at)) {
            if self.code[..at].trim_end().ends_with("::") {
                continue;
            }
            let Some(rest) = self.code[at + root.len()..].trim_start().strip_prefix("::") else { continue };
            let rest = rest.trim_start();
            let start = self.code.len() - rest.len();
            match rest.strip_prefix('{') {
                Some(group) => {
                    let names = first_names(group).into_iter();
                    found.extend(names.map(|(skip, name)| (self.line(start + 1 + skip), name)));
                }
                None => found.push((self.line(start), identifier(rest).to_owned())),
            }
        }
        found.retain(|(_, name)| !name.is_empty());
        found
    }
}

/// Where `word` stands as a whole word.
fn words<'a>(code: &'a str, word: &'a str) -> impl Iterator<Item = usize> + 'a {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    code.match_indices(word)
        .map(|(at, _)| at)
        .filter(move |&at| !code[..at].ends_with(is_part) && !code[at + word.len()..].starts_with(is_part))
}

fn identifier(text: &str) -> &str {
    let end = text.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(text.len());
    &text[..end]
}

/// The first name of every item of a `{...}` group, with its offset, up to the closing brace.
fn first_names(group: &str) -> Vec<(usize, String)> {
    let (mut depth, mut fresh, mut names) = (0_usize, true, Vec::new());
    for (at, character) in group.char_indices() {
        match character {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => fresh = true,
            _ if character.is_whitespace() => {}
            _ if fresh => {
                fresh = false;
                names.push((at, identifier(&group[at..]).to_owned()));
            }
            _ => {}
        }
    }
    names
}

/// The text with comments, strings and characters replaced by blanks; line ends stay.
fn blanked(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = comment(rest).or_else(|| literal(rest, out.chars().next_back())).unwrap_or(0);
        if length == 0 {
            out.push(first);
            rest = &rest[first.len_utf8()..];
        } else {
            let (gone, after) = rest.split_at(length);
            out.extend(gone.chars().map(|c| if c == '\n' { '\n' } else { ' ' }));
            rest = after;
        }
    }
    out
}

/// The length of a comment at the beginning.
fn comment(text: &str) -> Option<usize> {
    if text.starts_with("//") {
        return Some(text.find('\n').unwrap_or(text.len()));
    }
    text.strip_prefix("/*")?;
    let (mut depth, mut at) = (0_usize, 0);
    while at < text.len() {
        let rest = &text[at..];
        if rest.starts_with("/*") {
            depth += 1;
            at += 2;
        } else if rest.starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return Some(at);
            }
        } else {
            at += rest.chars().next().map_or(1, char::len_utf8);
        }
    }
    Some(text.len())
}

/// The length of a string or character literal at the beginning; `before` tells a prefix from the end of a name.
fn literal(text: &str, before: Option<char>) -> Option<usize> {
    let in_name = before.is_some_and(|c| c.is_alphanumeric() || c == '_');
    let prefix = ["br", "cr", "b", "c", "r"].into_iter().find(|p| !in_name && text.starts_with(p)).unwrap_or("");
    let body = &text[prefix.len()..];
    if prefix.ends_with('r') {
        let hashes = body.len() - body.trim_start_matches('#').len();
        if let Some(inner) = body[hashes..].strip_prefix('"') {
            let close = format!("\"{}", "#".repeat(hashes));
            let end = inner.find(&close).map_or(inner.len(), |end| end + close.len());
            return Some(prefix.len() + hashes + 1 + end);
        }
        return None;
    }
    if let Some(inner) = body.strip_prefix('"') {
        return Some(prefix.len() + 1 + closing(inner, '"'));
    }
    let inner = body.strip_prefix('\'')?;
    let mut characters = inner.chars();
    match (characters.next()?, characters.next()) {
        ('\\', _) => Some(prefix.len() + 1 + closing(inner, '\'')),
        (one, Some('\'')) => Some(prefix.len() + 1 + one.len_utf8() + 1),
        _ => None,
    }
}

/// The length up to and with the closing quote, escapes skipped.
fn closing(inner: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, character) in inner.char_indices() {
        match character {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            c if c == quote => return at + 1,
            _ => {}
        }
    }
    inner.len()
}
