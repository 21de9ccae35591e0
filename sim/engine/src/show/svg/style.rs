//! The colours of a figure, for light and dark pages.

/// Colours on a light page. Text has a contrast of at least 4.5 to 1, shapes of at least 3 to 1: see the test.
const LIGHT: &str = "--ct-text:#1d2731;--ct-muted:#566270;--ct-grid:#d4dae0;--ct-line:#6f7b88;\
--ct-work:#2e6da4;--ct-on-work:#ffffff;--ct-sleep:#dfe9f3;--ct-sleep-edge:#5f7e9c;--ct-wait:#9a5f06;\
--ct-shutdown:#73489c;--ct-on-shutdown:#ffffff;--ct-handler:#19756a;--ct-on-handler:#ffffff;\
--ct-bad:#b82020;--ct-warn:#825100;--ct-good:#1a6c34;";

/// Colours on a dark page.
const DARK: &str = "--ct-text:#dde3ea;--ct-muted:#9aa6b2;--ct-grid:#343c45;--ct-line:#75818e;\
--ct-work:#6fade3;--ct-on-work:#0d1b28;--ct-sleep:#26343f;--ct-sleep-edge:#5c7387;--ct-wait:#e0a04a;\
--ct-shutdown:#bd97e6;--ct-on-shutdown:#1c1029;--ct-handler:#59c7b3;--ct-on-handler:#06231e;\
--ct-bad:#ff7070;--ct-warn:#e8b45c;--ct-good:#6fce8c;";

const RULES: &str = "\
.ct-trace{display:block;width:100%;max-width:54rem;height:auto;margin:0 auto;\
font-family:system-ui,-apple-system,'Segoe UI',Roboto,'Noto Sans',sans-serif}
.ct-trace text{fill:var(--ct-text);stroke:none;font-size:12px}
.ct-trace .ct-page{fill:var(--ct-bg)}
.ct-trace .ct-head{font-size:14px;font-weight:600}
.ct-trace .ct-name{font-size:13px;font-weight:600}
.ct-trace .ct-small{font-size:11px}
.ct-trace .ct-muted{fill:var(--ct-muted);font-weight:400}
.ct-trace .ct-good{fill:var(--ct-good)}
.ct-trace .ct-warn{fill:var(--ct-warn)}
.ct-trace .ct-bad{fill:var(--ct-bad);font-weight:600}
.ct-trace .ct-halo{paint-order:stroke;stroke:var(--ct-bg);stroke-width:4px;stroke-linejoin:round}
.ct-trace .ct-grid{stroke:var(--ct-grid);stroke-width:1}
.ct-trace .ct-life{fill:none;stroke:var(--ct-line);stroke-width:1}
.ct-trace .ct-daemon{stroke-dasharray:4 3;stroke-width:1.3}
.ct-trace .ct-idle{stroke:var(--ct-line);stroke-width:1.5}
.ct-trace .ct-work{fill:var(--ct-work)}
.ct-trace .ct-sleep{fill:var(--ct-sleep);stroke:var(--ct-sleep-edge);stroke-width:.8}
.ct-trace .ct-wait{stroke:var(--ct-wait);stroke-width:1}
.ct-trace .ct-shutdown{fill:var(--ct-shutdown)}
.ct-trace .ct-handler{fill:var(--ct-handler)}
.ct-trace .ct-on-work{fill:var(--ct-on-work)}
.ct-trace .ct-on-shutdown{fill:var(--ct-on-shutdown)}
.ct-trace .ct-on-handler{fill:var(--ct-on-handler)}
.ct-trace .ct-hatch{fill:none;stroke:var(--ct-wait);stroke-width:1.4}
.ct-trace .ct-cut{fill:none;stroke:var(--ct-bad);stroke-width:2.6;stroke-linecap:round}
.ct-trace .ct-cut-halo{fill:none;stroke:var(--ct-bg);stroke-width:6.5;stroke-linecap:round}
.ct-trace .ct-on{fill:var(--ct-line)}
.ct-trace .ct-mark{stroke:var(--ct-muted);stroke-width:1.2}
.ct-trace .ct-mark-hard{stroke:var(--ct-bad);stroke-width:1.5;stroke-dasharray:5 3}
";

/// The style sheet. On a page of its own a figure follows the reader's colour scheme; in mdBook the theme, a class
/// on the root element, decides, and the page shows through.
pub(super) fn sheet() -> String {
    let themed = |themes: &[&str], colours: &str| {
        let selectors: Vec<_> = themes.iter().map(|theme| format!(".{theme} .ct-trace")).collect();
        format!("{}{{{colours}--ct-bg:var(--bg,transparent)}}\n", selectors.join(","))
    };
    [
        format!(".ct-trace{{{LIGHT}--ct-bg:#ffffff}}\n"),
        format!("@media (prefers-color-scheme:dark){{.ct-trace{{{DARK}--ct-bg:#15191e}}}}\n"),
        themed(&["light", "rust"], LIGHT),
        themed(&["coal", "navy", "ayu"], DARK),
        RULES.to_owned(),
    ]
    .concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Relative luminance as WCAG 2 defines it.
    fn luminance(colour: &str) -> f64 {
        let channel = |at: usize| {
            let value = f64::from(u8::from_str_radix(&colour[at..at + 2], 16).unwrap()) / 255.0;
            if value <= 0.03928 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
    }

    fn contrast(one: &str, other: &str) -> f64 {
        let (one, other) = (luminance(one), luminance(other));
        (one.max(other) + 0.05) / (one.min(other) + 0.05)
    }

    fn colour<'a>(colours: &'a str, name: &str) -> &'a str {
        let start = colours.find(&format!("--ct-{name}:")).unwrap() + name.len() + 6;
        &colours[start..start + 7]
    }

    #[test]
    fn everything_can_be_read_on_every_page() {
        // The pages of mdBook's themes: light, rust; coal, navy, ayu; and our own dark page.
        let themes = [
            (LIGHT, ["#ffffff", "#e1e1db", "#ffffff", "#ffffff"]),
            (DARK, ["#141617", "#161923", "#0f1419", "#15191e"]),
        ];
        for (colours, pages) in themes {
            for page in pages {
                for text in ["text", "muted", "good", "warn", "bad"] {
                    let got = contrast(colour(colours, text), page);
                    assert!(got >= 4.5, "{text} on {page}: {got:.2}");
                }
                for shape in ["work", "sleep-edge", "wait", "shutdown", "handler", "line"] {
                    let got = contrast(colour(colours, shape), page);
                    assert!(got >= 3.0, "{shape} on {page}: {got:.2}");
                }
            }
            for (text, bar) in [
                ("on-work", "work"),
                ("text", "sleep"),
                ("on-shutdown", "shutdown"),
                ("on-handler", "handler"),
            ] {
                let got = contrast(colour(colours, text), colour(colours, bar));
                assert!(got >= 4.5, "{text} on {bar}: {got:.2}");
            }
        }
    }
}
