//! What directives become, and what is said about wrong ones.

use crate::fixture::Fixture;

#[test]
fn a_directive_becomes_a_figure_with_its_command() {
    Fixture::new("figure")
        .chapter("a.md", "# A\n\nBefore.\n{{#scenario pdf-shutdown set=\"pdf.daemon=false\" title=\"A <b> & c\"}}\nAfter.\n")
        .builds()
        .has("a.html", "<p>Before.</p>")
        .has("a.html", "<figure class=\"closing-time\">")
        .has("a.html", "</svg>")
        .has("a.html", "<strong>A &lt;b&gt; &amp; c</strong>")
        .has("a.html", "<summary>Step by step")
        .has("a.html", "<code>cargo run -- scenario pdf-shutdown --set pdf.daemon=false</code>")
        .has("a.html", "<p>After.</p>")
        .lacks("a.html", "{{#");
}

#[test]
fn a_title_stands_only_where_it_is_true() {
    let title = "<strong>A web server stops while a PDF is half written.</strong>";
    Fixture::new("own-title").chapter("a.md", "{{#scenario pdf-shutdown}}\n").builds().has("a.html", title);
    Fixture::new("no-title")
        .chapter("a.md", "{{#scenario pdf-shutdown set=\"pdf.daemon=false\"}}\n")
        .builds()
        .lacks("a.html", title);
}

#[test]
fn a_wrong_knob_value_or_signal_is_a_mistake_of_the_chapter() {
    Fixture::new("knobs")
        .chapter("a.md", "# A\n\n{{#scenario pdf-shutdown set=\"pdf.deamon=false graceful=maybe x\"}}\n\n{{#outcome pdf-shutdown signal=\"FOO@2s\"}}\n\n{{#scenario pdf-shutdown runtime=cpyton}}\n")
        .fails()
        .mentions(&[
            ("src/a.md:3: ", "`x`"),
            ("src/a.md:3: ", "graceful=maybe"),
            ("src/a.md:3: ", "did you mean `pdf.daemon`?"),
            ("src/a.md:5: ", "`FOO`"),
            ("src/a.md:7: ", "did you mean `cpython`?"),
        ]);
}

#[test]
fn nothing_in_a_figure_is_read_as_markdown() {
    let built = Fixture::new("markdown").chapter("a.md", "{{#scenario pdf-shutdown}}\n").builds();
    let page = built.page("a.html");
    let figure = &page[page.find("<figure").unwrap()..page.find("</figure>").unwrap()];
    // A blank line inside would end the HTML block, and what follows would come back as paragraphs or code.
    assert_eq!(figure.matches("<p>").count() + figure.matches("<pre>").count(), 0, "{figure}");
    assert_eq!(figure.matches("<svg").count(), figure.matches("</svg>").count(), "{figure}");
}

#[test]
fn several_values_stand_in_one_attribute() {
    Fixture::new("several")
        .chapter(
            "a.md",
            "{{#scenario pdf-shutdown set=\"pdf.daemon=false, cleanup.daemon=false\" signal=TERM@1s}}\n",
        )
        .builds()
        .has(
            "a.html",
            "scenario pdf-shutdown --set pdf.daemon=false --set cleanup.daemon=false --signal TERM@1s</code>",
        );
}

#[test]
fn an_outcome_stands_as_it_stands_in_the_terminal() {
    Fixture::new("outcome")
        .chapter("a.md", "{{#outcome pdf-shutdown}}\n")
        .builds()
        .has("a.html", "$ cargo run -- scenario pdf-shutdown\nOutcome")
        .lacks("a.html", "<figure");
}

#[test]
fn a_runtime_becomes_its_phases_and_rules() {
    Fixture::new("rules")
        .chapter("a.md", "{{#rules cpython-3.12}}\n")
        .chapter("daemon-threads.md", "# D\n")
        .builds()
        .has("a.html", "These are the rules of cpython-3.12.")
        .has("a.html", "P2 · wait for the non-daemon threads")
        .has("a.html", "<code>cpython/non-daemons-awaited</code>")
        .has("a.html", "<a href=\"daemon-threads.html\">");
    Fixture::new("no-rules").chapter("a.md", "{{#rules cpyton}}\n").fails().with(&[&format!(
        "src/a.md:1: unknown runtime `cpyton`; did you mean `cpython`? (there is: {})",
        closing_time_engine::rules::all().map(|(name, _)| name).collect::<Vec<_>>().join(", ")
    )]);
}

#[test]
fn code_and_escapes_are_left_alone() {
    let text = "`{{#scenario x}}`\n\n```text\n{{#scenario x}}\n```\n\n> ~~~\n> {{#scenario x}}\n> ~~~\n\n    {{#scenario x}}\n\n\\{{#scenario x}}\n";
    Fixture::new("code")
        .chapter("a.md", text)
        .builds()
        .lacks("a.html", "<figure")
        .has("a.html", "<p>{{#scenario x}}</p>");
}

#[test]
fn mdbooks_own_directives_stay_mdbooks() {
    Fixture::new("title").chapter("a.md", "{{#title Hello}}\n# A\n").builds().lacks("a.html", "{{#title");
}

#[test]
fn all_mistakes_of_the_book_come_together_with_file_and_line() {
    Fixture::new("mistakes")
        .chapter("a.md", "# A\n\n{{#scenario pdf-shutdwon}}\n\n{{#senario pdf-shutdown}}\n")
        .chapter(
            "deep/b.md",
            "{{#scenario pdf-shutdown sett=\"x=1\"}}\n\n\n{{#scenario pdf-shutdown\n\nText.\n",
        )
        .fails()
        .with(&[
            "src/a.md:3: there is no scenario `pdf-shutdwon` (did you mean `pdf-shutdown`?)",
            "src/a.md:5: there is no directive `senario` (did you mean `scenario`?)",
            "src/deep/b.md:1: `scenario` has no attribute `sett` (did you mean `set`?)",
            "src/deep/b.md:4: `{{#scenario` is not closed (a directive ends with `}}`)",
        ]);
}

#[test]
fn a_directive_that_cannot_be_read_says_what_is_missing() {
    let text = "{{#scenario}}\n\n{{#scenario pdf-shutdown x}}\n\n{{#scenario pdf-shutdown set=\"a}}\n\n\
                {{#outcome pdf-shutdown title=\"t\"}}\n\n{{#rules cpython x=1}}\n\n\
                {{#scenario pdf-shutdown set=a=1 set=b=1}}\n\nSee {{#scenario pdf-shutdown}}\n";
    Fixture::new("unreadable").chapter("a.md", text).fails().with(&[
        "src/a.md:1: `scenario` needs a name (as in `{{#scenario pdf-shutdown}}`)",
        "src/a.md:3: `x` stands alone (attributes are written `set=\"…\"`)",
        "src/a.md:5: the value of `set` is not closed (it ends with `\"`)",
        "src/a.md:7: `outcome` has no attribute `title` (known: set, signal, runtime)",
        "src/a.md:9: `rules` has no attribute `x` (it takes none)",
        "src/a.md:11: `set` is given twice (several values stand in one, separated by spaces)",
        "src/a.md:13: `scenario` shares its line with other text (a figure stands on a line of its own, without indentation)",
    ]);
}

#[test]
fn a_directive_may_run_over_lines_but_not_over_a_blank_one() {
    Fixture::new("lines")
        .chapter("a.md", "{{#scenario pdf-shutdown\r\n  set=\"pdf.daemon=false\"\r\n}}\r\n")
        .builds()
        .has("a.html", "--set pdf.daemon=false</code>");
    Fixture::new("blank")
        .chapter("a.md", "{{#scenario pdf-shutdown\r\n\r\n}}\r\n")
        .fails()
        .with(&["src/a.md:1: `{{#scenario` is not closed (a directive ends with `}}`)"]);
}
