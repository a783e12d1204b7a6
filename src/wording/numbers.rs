//! Numbers as the language of the texts writes them: the decimal mark, and what stands between
//! thousands.
//!
//! For people alone: documents for programs, prompts and the parameters in pictures have the form
//! that is the same everywhere.

use crate::i18n;
use fluent_templates::fluent_bundle::FluentValue;

/// How a language writes numbers (Unicode CLDR 44, `numbers/symbols`).
#[derive(Clone, Copy)]
struct Form {
    decimal: char,
    group: char,
    /// A whole part of fewer digits stays in one piece.
    fewest_grouped: usize,
}

impl Form {
    fn of(language: &str) -> Self {
        let (decimal, group, fewest_grouped) = match language {
            "de" | "pt-BR" => (',', '.', 4),
            "es" => (',', '.', 5),
            "fr" => (',', '\u{202f}', 4),
            _ => ('.', ',', 4),
        };
        Self { decimal, group, fewest_grouped }
    }

    /// `plain`, a number as Rust writes it, in this form.
    fn write(self, plain: &str) -> String {
        let end = plain.find(|c: char| !c.is_ascii_digit() && c != '-').unwrap_or(plain.len());
        let (whole, rest) = plain.split_at(end);
        let digits = whole.trim_start_matches('-');
        let mut text = whole[..whole.len() - digits.len()].to_owned();
        for (place, digit) in digits.chars().enumerate() {
            let left = digits.len() - place;
            if place > 0 && left.is_multiple_of(3) && digits.len() >= self.fewest_grouped {
                text.push(self.group);
            }
            text.push(digit);
        }
        text.extend(rest.chars().map(|c| if c == '.' { self.decimal } else { c }));
        text
    }

    /// The number that is `typed`, with this decimal mark or with a point.
    fn read(self, typed: &str) -> Option<f64> {
        typed.trim().replace(self.decimal, ".").parse().ok().filter(|value: &f64| value.is_finite())
    }
}

fn form() -> Form {
    Form::of(&i18n::language())
}

/// A count: `4,265,380,512`.
pub fn whole(count: u64) -> String {
    form().write(&count.to_string())
}

/// A number with so many digits after the decimal mark: `6.9`.
pub fn decimal(value: f64, digits: usize) -> String {
    form().write(&format!("{value:.digits$}"))
}

/// A number with as many digits as it needs: `0.5`, `150`.
pub fn shortest(value: f64) -> String {
    form().write(&value.to_string())
}

/// How far results are apart: `5.6`, `1.2e-3`.
pub fn difference(value: f64) -> String {
    match value {
        0.0 => "0".into(),
        0.1..1000.0 => decimal(value, 1),
        _ => form().write(&format!("{value:.1e}")),
    }
}

/// The number that somebody has typed as these functions write it, or with a point.
pub fn typed(text: &str) -> Option<f64> {
    form().read(text)
}

/// A number of bytes as people say it: `6.9 GB`, `512 MB`, `12 bytes`.
pub fn bytes(count: u64) -> String {
    let figure = |unit: f64, digits: usize| decimal(count as f64 / unit, digits);
    let (id, text) = match count {
        0..1_000 => ("bytes-b", count.to_string()),
        1_000..999_500 => ("bytes-kb", figure(1e3, 0)),
        999_500..999_500_000 => ("bytes-mb", figure(1e6, 0)),
        _ => ("bytes-gb", figure(1e9, 1)),
    };
    i18n::text_with(id, [("n", FluentValue::from(text))])
}

/// A number of bytes to the last one: `4,265,380,512 bytes`.
pub fn exact_bytes(count: u64) -> String {
    i18n::text_with("bytes-b", [("n", FluentValue::from(whole(count)))])
}

/// A number of bytes in gigabytes, whatever their size, for figures that are compared: `0.2 GB`.
pub fn gigabytes(count: u64) -> String {
    i18n::text_with("bytes-gb", [("n", FluentValue::from(decimal(count as f64 / 1e9, 1)))])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_has_its_form() {
        let forms = [
            ("en", "1,234,567", "1,234", "6.9", "-12.50", "1.2e-5"),
            ("de", "1.234.567", "1.234", "6,9", "-12,50", "1,2e-5"),
            ("fr", "1\u{202f}234\u{202f}567", "1\u{202f}234", "6,9", "-12,50", "1,2e-5"),
            ("es", "1.234.567", "1234", "6,9", "-12,50", "1,2e-5"),
            ("pt-BR", "1.234.567", "1.234", "6,9", "-12,50", "1,2e-5"),
            ("zh-CN", "1,234,567", "1,234", "6.9", "-12.50", "1.2e-5"),
            ("ja", "1,234,567", "1,234", "6.9", "-12.50", "1.2e-5"),
        ];
        let tags: Vec<_> = i18n::languages().iter().map(|language| language.tag).collect();
        assert_eq!(forms.map(|row| row.0), tags[..], "every language has a line here");
        for (language, million, thousand, decimal, negative, small) in forms {
            let form = Form::of(language);
            let plain = ["1234567", "1234", "6.9", "-12.50", "1.2e-5"];
            let written = plain.map(|plain| form.write(plain));
            assert_eq!(written, [million, thousand, decimal, negative, small], "{language}");
            assert_eq!(form.write("999"), "999");
            assert_eq!(form.read(decimal), Some(6.9), "{language}");
            assert_eq!((form.read(" 6.9 "), form.read("much")), (Some(6.9), None));
        }
        assert_eq!(Form::of("de").write("-1234.5"), "-1.234,5");
        assert_eq!(Form::of("en").read("inf"), None);
    }

    #[test]
    fn byte_counts_have_sensible_units() {
        let cases = [(0, "0 bytes"), (999, "999 bytes"), (1_500, "2 kB"), (999_499, "999 kB")];
        let more = [(512_000_000, "512 MB"), (999_600_000, "1.0 GB"), (6_938_040_682, "6.9 GB")];
        for (count, text) in cases.into_iter().chain(more) {
            assert_eq!(bytes(count), text);
        }
        assert_eq!(exact_bytes(1_234), "1,234 bytes");
        assert_eq!(gigabytes(212_000_000), "0.2 GB");
        assert_eq!([0.0, 5.6, 0.0012, 4e9].map(difference), ["0", "5.6", "1.2e-3", "4.0e9"]);
        assert_eq!((shortest(150.0), shortest(0.25)), ("150".into(), "0.25".into()));
    }
}
