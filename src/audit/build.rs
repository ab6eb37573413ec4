//! Joins the build with the inventory: runs the GN files that the scan read, says of each component whether the build uses it, and
//! proves the shims.

use std::collections::BTreeSet;

use crate::audit::build_report::{BuildReport, Floor, HookState, Lists};
use crate::audit::layout::Layout;
use crate::audit::report::Component;
use crate::audit::rules::{GN_ARGUMENT_UNKNOWN, GN_HOOK_IDLE, GN_UNREADABLE};
use crate::audit::scan::Scan;
use crate::audit::sources::Scanned;
use crate::audit::usage::{self, Walked};
use crate::audit::{needed, shims, switches, unused};
use crate::finding::Finding;
use crate::gn::{self, Roots, Settings, Sources as _, Trouble};
use crate::path::RepoPath;
use crate::profile::catalog::Catalog;
use crate::profile::packaging::Packaging;
use crate::text::display;
use crate::tree::Tree;
use crate::unbundle::{self, Include, Replacement, floors, replacement};

/// What to build.
pub struct Options<'a> {
    /// The targets that are built, such as `//chrome`.
    pub roots: Vec<String>,
    /// The text of `args.gn`.
    pub arguments: Vec<u8>,
    /// Where the arguments came from, for the report.
    pub named: Option<String>,
    /// Arguments whose value is not known: what depends on them is told with the condition.
    pub open: BTreeSet<String>,
    /// What the profile says of libraries.
    pub packaging: &'a Packaging,
    /// The most threads to use; `None`: as many as the machine has.
    pub jobs: Option<usize>,
}

/// So many problems of build files are listed.
const PROBLEMS: usize = 50;

/// What the join found besides what it wrote into components.
pub struct Joined {
    /// The part of the report.
    pub report: BuildReport,
    /// What was found.
    pub findings: Vec<Finding>,
}

/// Fills `used` and the blockers of every component.
pub fn join(
    tree: &dyn Tree,
    scan: &Scan,
    layout: &Layout<'_>,
    (options, catalog): (&Options<'_>, &Catalog),
    components: &mut [Component],
) -> Joined {
    let sources = Scanned::new(tree, scan, layout);
    let settings = Settings {
        arguments: options.arguments.clone(),
        open: options.open.clone(),
        threads: options.jobs,
        ..Settings::default()
    };
    if !layout.has(b".gn") {
        let report = switches::join(scan, layout, catalog, &sources, components);
        return Joined { report, findings: Vec::new() };
    }
    let files: Vec<RepoPath> = scan.build.keys().filter_map(|path| RepoPath::parse(path).ok()).collect();
    let build = gn::load(&sources, &settings, &Roots { labels: options.roots.clone(), files: &files });
    let walked = Walked::new(&build, scan);
    let mentioned = usage::mentioned(&walked, scan, layout, &sources);
    usage::fill(components, &walked, &mentioned);
    unused::explain(components, &walked, scan, layout);
    let replacements = replacements(&sources);
    let includes = includes(scan, &replacements);
    let libraries = unbundle::prove(&sources, &settings, (&build, &walked.states), &replacements, &includes);
    let shims = shims::shims(&libraries, &replacements, components, options.packaging, &build);
    shims::give(components, &shims);
    let given = shims::given(&options.arguments);
    let hooks = shims::hooks(&build, &given, scan);
    let mut findings = problems(&build);
    findings.extend(arguments(&build, &given, options, scan));
    findings.extend(hooks.iter().filter(|hook| hook.state == HookState::NoEffect).map(|hook| {
        let message = format!("`{}` is declared and nothing depends on it", hook.name);
        let finding = Finding::new(&GN_HOOK_IDLE, &hook.name, "", message).hint("use a shim, or patch the build");
        hook.place.iter().cloned().fold(finding, Finding::at)
    }));
    let report = BuildReport {
        system: "gn".to_owned(),
        roots: options.roots.clone(),
        arguments: options.named.clone(),
        targets: build.targets.len(),
        reached: walked.states.iter().filter(|state| **state != gn::State::Unreachable).count(),
        problems: build.problems.iter().take(PROBLEMS).map(ToString::to_string).collect(),
        problems_total: build.problems.len(),
        shims,
        hooks,
        floors: floors_of(&sources, components),
        lists: Lists { needed: needed::needed(layout, &walked, &mentioned, components), ..Lists::default() },
    };
    Joined { report, findings }
}

/// The shims that the tree's own script knows.
fn replacements(sources: &Scanned<'_>) -> Vec<Replacement> {
    let script = RepoPath::parse(replacement::SCRIPT.as_bytes()).ok().and_then(|path| sources.read(&path));
    script.and_then(|text| replacement::parse(&text).ok()).unwrap_or_default()
}

/// The includes that reach into folders of libraries with a shim.
fn includes(scan: &Scan, replacements: &[Replacement]) -> Vec<Include> {
    let folders: Vec<RepoPath> = replacements.iter().filter_map(|one| one.path.parent()).collect();
    let folders: BTreeSet<&[u8]> = folders.iter().map(RepoPath::as_bytes).collect();
    let wanted = |header: &[u8]| {
        let ends = header.iter().enumerate().filter(|(_, byte)| **byte == b'/').map(|(at, _)| at);
        ends.into_iter().any(|end| header.get(..end).is_some_and(|folder| folders.contains(folder)))
    };
    let mut found = Vec::new();
    for path in scan.facts.keys() {
        for said in usage::includes(scan, path).iter().filter(|said| wanted(said.text.as_bytes())) {
            let (Ok(file), Ok(header)) = (RepoPath::parse(path), RepoPath::parse(said.text.as_bytes())) else {
                continue;
            };
            found.push(Include { file, line: said.line, header });
        }
    }
    found
}

/// Build files that could not be run as what they are.
fn problems(build: &gn::Build) -> Vec<Finding> {
    let grave = |trouble: Trouble| matches!(trouble, Trouble::Unreadable | Trouble::Limit);
    let told = build.problems.iter().filter(|problem| grave(problem.trouble)).map(|problem| {
        let file = display::terminal(problem.file.trim_start_matches('/').as_bytes());
        let message = format!("{}: {}", problem.trouble.word(), display::terminal(problem.message.as_bytes()));
        let subject = format!("{file} {message}");
        Finding::new(&GN_UNREADABLE, "", &subject, message)
            .at(format!("{file}:{}", problem.line))
            .hint("what the file declares from here on is missing in the report")
    });
    told.collect()
}

/// Arguments that the package gives and nothing declares.
fn arguments(build: &gn::Build, given: &[(String, String)], options: &Options<'_>, scan: &Scan) -> Vec<Finding> {
    // What `.gn` or the build config takes without declaring it.
    const KNOWN: [&str; 6] = ["target_os", "target_cpu", "host_os", "host_cpu", "current_os", "current_cpu"];
    let unknown = given.iter().filter(|(name, _)| {
        let declared = build.arguments.iter().any(|known| *known.name == **name);
        !KNOWN.contains(&name.as_str()) && !declared && shims::declared_by_shim(name, scan).is_none()
    });
    let told = unknown.map(|(name, _)| {
        let message = format!("`{name}` is given, and no build file declares it");
        let finding =
            Finding::new(&GN_ARGUMENT_UNKNOWN, "", name, message).hint("remove it, or look for its successor");
        options.named.iter().cloned().fold(finding, Finding::at)
    });
    told.collect()
}

/// What the tree asks of tools; the newest Rust that a used crate asks for counts too.
fn floors_of(sources: &Scanned<'_>, components: &[Component]) -> Vec<Floor> {
    let mut asked = floors::floors(sources);
    let crates: Vec<RepoPath> = components
        .iter()
        .filter(|component| component.ecosystem == "cargo" && needed::in_build(component.used.state))
        .filter_map(|component| RepoPath::parse(format!("{}/Cargo.toml", component.root).as_bytes()).ok())
        .collect();
    let texts = sources.read_all(&crates);
    let texts = crates.iter().zip(&texts).filter_map(|(path, text)| Some((path, &**text.as_ref()?)));
    if !asked.iter().any(|one| one.tool == "rust") {
        asked.extend(floors::rust_of_crates(texts));
        asked.sort();
    }
    asked.into_iter().map(Floor::from).collect()
}
