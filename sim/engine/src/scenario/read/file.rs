//! The file and its one `scenario`.

use super::node::Node;
use super::schema::Place;
use super::{Reader, limits};
use crate::diagnostic::{Diagnostic, Span};
use crate::rules::family;
use crate::scenario::clip::clip;
use crate::scenario::kdl::{KdlDocument, KdlNode};
use crate::scenario::{Scenario, Setup, Suggestion};

/// The only format so far.
const FORMAT: i128 = 1;

impl Reader<'_> {
    /// The whole file; `None` if there is no `scenario` in it.
    pub(super) fn file(&mut self, document: &KdlDocument, setup: &Setup) -> Option<Scenario> {
        let mut first: Option<(&KdlNode, Node)> = None;
        for node in document.nodes() {
            let Some(found) = self.node(node, Place::File) else { continue };
            if first.is_some() {
                let span = node.name().span();
                self.fail(
                    span,
                    "a file holds one scenario",
                    "the second one",
                    "put it into a file of its own",
                );
            } else {
                first = Some((node, found));
            }
        }
        let Some((node, found)) = first else {
            if self.diagnostics.is_empty() {
                let help = "write `scenario \"NAME\" format=1 { … }`";
                let end = Span { start: 0, end: 0 };
                self.fail(end, "the file holds no scenario", "nothing here", help);
            }
            return None;
        };
        self.format(&found);
        let mut scenario = self.head(&found);
        for child in found.block().into_iter().flat_map(KdlDocument::nodes) {
            if child.name().value() == "knob" {
                self.declare_knob(child);
            }
        }
        self.contents(&found, &mut scenario);
        if scenario.title.is_empty() && !self.suspects.contains("title") {
            let span = node.name().span();
            self.fail(
                span,
                "a scenario needs a title",
                "`title` is missing",
                "write `title \"One sentence\"` into its block",
            );
        }
        self.apply(setup, &mut scenario);
        self.check(&scenario, node);
        let unknown = self.knobs.unknown(&self.suspects);
        self.diagnostics.extend(unknown);
        Some(scenario)
    }

    fn format(&mut self, found: &Node) {
        let Some(entry) = found.property("format") else { return };
        let Some(format) = self.number(entry, 0..=i128::from(u32::MAX), "") else { return };
        if format != FORMAT {
            let message = format!("format {format} is unknown; this program reads format {FORMAT}");
            self.fail(entry.span(), message, "not this one", "write `format=1`");
        }
    }

    /// An empty scenario with its name.
    fn head(&mut self, found: &Node) -> Scenario {
        let entry = found.value(0);
        let name = entry.and_then(|entry| self.name(entry, "the name of a scenario"));
        if let (Some(entry), Some(name)) = (entry, &name)
            && !name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
        {
            let message = format!("`{name}` cannot be the name of a scenario");
            let help =
                "it has only small letters, digits and `-`, since it is typed and is the name of its file";
            self.fail(entry.span(), message, "not a name", help);
        }
        Scenario {
            name: name.unwrap_or_default(),
            title: String::new(),
            about: String::new(),
            runtime: crate::rules::DEFAULT.into(),
            knobs: vec![],
            suggestions: vec![],
            chapter: None,
            processes: vec![],
            stimuli: vec![],
            expectations: vec![],
            properties: vec![],
        }
    }

    /// The nodes in `scenario`.
    fn contents(&mut self, found: &Node, scenario: &mut Scenario) {
        let mut seen: Vec<&'static str> = vec![];
        for (node, live) in self.kept(found.block(), true) {
            match node.name().value() {
                "knob" => {
                    // Those that stand here directly have been read already.
                    if found
                        .block()
                        .is_some_and(|block| block.nodes().iter().any(|one| std::ptr::eq(one, node)))
                    {
                        continue;
                    }
                    let span = node.name().span();
                    let help = "conditions ask knobs, so knobs cannot depend on conditions; move it out";
                    self.fail(span, "a knob stands directly in `scenario`", "not in a condition", help);
                }
                "process" => {
                    let process = self.process(node, live);
                    scenario.processes.extend(process.filter(|_| live));
                }
                "at" => {
                    let stimuli = self.at(node, live);
                    scenario.stimuli.extend(stimuli);
                }
                "expect" => {
                    self.expect(node, live, scenario);
                }
                _ => {
                    let Some(child) = self.node(node, Place::Scenario) else { continue };
                    let name = child.shape.name;
                    if live && name != "suggest" && seen.contains(&name) {
                        let span = node.name().span();
                        self.fail(
                            span,
                            format!("`{name}` stands here twice"),
                            "the second one",
                            "remove one of them",
                        );
                    }
                    if live {
                        seen.push(name);
                    }
                    self.about(&child, live, scenario);
                }
            }
        }
    }

    /// The nodes that describe the scenario.
    fn about(&mut self, node: &Node, live: bool, scenario: &mut Scenario) {
        let Some(entry) = node.value(0) else {
            if node.shape.name == "title" {
                self.suspects.insert("title".into());
            }
            return;
        };
        match node.shape.name {
            "title" => match self.line(entry, "a title") {
                Some(title) if live => scenario.title = title,
                Some(_) => {}
                None => drop(self.suspects.insert("title".into())),
            },
            "about" => {
                let about = self.paragraph(entry, "a paragraph");
                scenario.about = about.filter(|_| live).unwrap_or_else(|| scenario.about.clone());
            }
            "runtime" => {
                let runtime = self.line(entry, "the name of a runtime");
                scenario.runtime = runtime.filter(|_| live).unwrap_or_else(|| scenario.runtime.clone());
            }
            "chapter" => {
                let chapter = self.line(entry, "the name of a chapter");
                scenario.chapter = chapter.filter(|_| live).or_else(|| scenario.chapter.take());
            }
            "suggest" => {
                let arguments = self.line(entry, "a list of arguments");
                let text = node.value(1).and_then(|entry| self.line(entry, "a sentence"));
                if let (Some(arguments), Some(text), true) = (arguments, text, live) {
                    scenario.suggestions.push(Suggestion { arguments, text });
                }
            }
            _ => {}
        }
    }

    /// What the command line changes, but for knobs.
    fn apply(&mut self, setup: &Setup, scenario: &mut Scenario) {
        match setup.runtime.as_deref().map(str::trim) {
            Some("") => {
                let help = "name one, as in cpython or cpython-3.12.1";
                self.diagnostics.push(Diagnostic::general("the name of the runtime is empty").help(help));
            }
            Some(runtime) if runtime.chars().any(char::is_control) || runtime.len() > limits::NAME_CHARS => {
                let message = format!("`{}` is not the name of a runtime", clip(runtime));
                self.diagnostics.push(Diagnostic::general(message).help("name one, as in cpython-3.12.1"));
            }
            Some(runtime) => {
                // What a suggestion promises is true under the runtime that the author had in mind.
                if family(runtime) != family(&scenario.runtime) {
                    scenario.suggestions.clear();
                }
                runtime.clone_into(&mut scenario.runtime);
            }
            None => {}
        }
        let names = || scenario.processes.iter().map(|process| process.name.as_str());
        let target = match setup.to.as_deref() {
            None => names().next(),
            Some(wanted) => names().find(|name| *name == wanted),
        };
        if let (Some(wanted), None) = (&setup.to, target) {
            let known: Vec<_> = names().map(|name| format!("`{name}`")).collect();
            let message = format!("there is no process `{}`; there is {}", clip(wanted), known.join(", "));
            let near =
                crate::scenario::nearest(wanted, names()).map(|near| format!("did you mean `{near}`?"));
            self.diagnostics.push(Diagnostic::general(message).help(near.unwrap_or_default()));
        }
        let target = target.unwrap_or_default().to_owned();
        for typed in &setup.signals {
            let stimulus = self.outside_signal(typed, &target);
            scenario.stimuli.extend(stimulus);
        }
    }
}
