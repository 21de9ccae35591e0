//! A runtime's rules as a page: the phases of its end, then every rule with its source.

use std::fmt::Write;

use closing_time_engine::rules::{self, Phase, Runtime};

use crate::html::{Links, escape, link};

/// The phases and rules of a runtime.
pub fn tables(runtime: &Runtime, links: &Links) -> String {
    let mut out = format!(
        "<div class=\"closing-time rules\">\n<p>These are the rules of {}. {}</p>\n",
        escape(&runtime.label()),
        escape(rules::about(runtime))
    );
    out.push_str("<h2 id=\"phases\"><a class=\"header\" href=\"#phases\">The end of a program</a></h2>\n");
    phases(&mut out, &runtime.phases);
    for (number, end) in runtime.other_ends().iter().enumerate() {
        let id = format!("end-{}", number + 1);
        let how = escape(&end.how);
        let _ = writeln!(out, "<h2 id=\"{id}\"><a class=\"header\" href=\"#{id}\">The end {how}</a></h2>");
        phases(&mut out, end.phases);
        if end.then.is_some() {
            let _ = writeln!(out, "<p>{}</p>", escape(&end.goes_on()));
        }
    }
    if !runtime.child_phases.is_empty() {
        out.push_str(
            "<h2 id=\"child-phases\"><a class=\"header\" href=\"#child-phases\">The end of a spawned process</a></h2>\n",
        );
        phases(&mut out, &runtime.child_phases);
    }
    out.push_str("<h2 id=\"facts\"><a class=\"header\" href=\"#facts\">Question by question</a></h2>\n");
    out.push_str("<div class=\"table-wrapper\"><table class=\"phase\"><tbody>\n");
    for fact in rules::relevant_facts(runtime) {
        let (question, answer) = (in_code(fact.name), in_code(&fact.value));
        let _ = writeln!(out, "<tr><th scope=\"row\">{question}</th><td>{answer}</td></tr>");
    }
    out.push_str("</tbody></table></div>\n");
    out.push_str("<h2 id=\"rules\"><a class=\"header\" href=\"#rules\">The rules, one by one</a></h2>\n");
    out.push_str("<dl>\n");
    for rule in rules::rules_of(runtime) {
        let (id, sentence, source) = (escape(rule.id), escape(rule.sentence), escape(rule.source));
        let sentence = match link(rule.chapter, links) {
            Some(link) => format!("<a href=\"{link}\">{sentence}</a>"),
            None => sentence,
        };
        let anchor = id.replace('/', "-");
        let _ = writeln!(
            out,
            "<dt id=\"{anchor}\"><code>{id}</code></dt><dd>{sentence}<br><span class=\"source\">{source}</span></dd>"
        );
    }
    out.push_str("</dl>\n</div>\n");
    out
}

/// One small table per phase: side by side, seven columns of sentences would be too narrow to read.
fn phases(out: &mut String, phases: &[Phase]) {
    for phase in phases {
        let (id, name) = (escape(phase.id), escape(phase.name));
        let _ = writeln!(
            out,
            "<div class=\"table-wrapper\"><table class=\"phase\"><caption>{id} · {name}</caption><tbody>"
        );
        for (what, text) in [
            ("waits for", phase.waits_for),
            ("goes on meanwhile", phase.keeps_running),
            ("is stopped", phase.stops),
            ("code", phase.runs),
            ("is flushed", phase.flushes),
            ("source", phase.source),
        ] {
            if text != "-" {
                let _ = writeln!(out, "<tr><th scope=\"row\">{what}</th><td>{}</td></tr>", escape(text));
            }
        }
        out.push_str("</tbody></table></div>\n");
    }
}

/// Escaped, with what stands between backticks as code.
fn in_code(text: &str) -> String {
    let parts = text.split('`').enumerate().map(|(at, part)| match at % 2 {
        0 => escape(part),
        _ => format!("<code>{}</code>", escape(part)),
    });
    parts.collect()
}
