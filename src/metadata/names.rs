//! Sampler and schedule names as other programs write them, turned into ours.
//!
//! Letters' case, spaces and underscores do not matter: `DPM++ 2M`, `dpm++2m` and `dpmpp_2m` are
//! one sampler. Files from before A1111 1.9 name both at once: `DPM++ 2M Karras`.

use super::{SAMPLERS, SCHEDULERS};
use crate::engine::{self, Named};

/// Other names for schedules than A1111's and ours.
const MORE_SCHEDULERS: [(&str, &str); 2] = [
    ("normal", "Uniform"),
    // stable-diffusion.cpp's.
    ("normal", "discrete"),
];

/// The schedule that A1111 takes for a sampler when it is left to it: `Automatic`.
const AUTOMATIC: [(&str, &str); 12] = [
    ("dpmpp_2m", "karras"),
    ("dpmpp_sde", "karras"),
    ("dpmpp_2s_ancestral", "karras"),
    ("dpm_2", "karras"),
    ("dpm_2_ancestral", "karras"),
    ("restart", "karras"),
    ("dpmpp_2m_sde", "exponential"),
    ("dpmpp_2m_sde_heun", "exponential"),
    ("dpmpp_3m_sde", "exponential"),
    ("ddim", "ddim_uniform"),
    ("ddim_cfgpp", "ddim_uniform"),
    ("plms", "ddim_uniform"),
];

/// What a file says about sampler and schedule, in our names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Method {
    /// The sampler.
    pub sampler: Option<&'static str>,
    /// The schedule.
    pub scheduler: Option<&'static str>,
}

impl Method {
    /// From a file's words for the sampler and, if it has one, for the schedule.
    pub fn of(sampler: &str, scheduler: Option<&str>) -> Self {
        let (named, folded) = together(sampler);
        let scheduler = match scheduler {
            Some(name) if key(name) == "automatic" => Some(automatic(named)),
            Some(name) => Some(name),
            // Before schedules had a name of their own, a sampler without one used the plain one.
            None => folded.or_else(|| named.map(|_| of_old(named))),
        };
        let scheduler = scheduler.and_then(self::scheduler);
        Self { sampler: named.and_then(here), scheduler }
    }
}

/// Sampler and schedule in one name.
fn together(name: &str) -> (Option<&'static str>, Option<&'static str>) {
    let name = key(name);
    if let Some(sampler) = sampler(&name) {
        return (Some(sampler), None);
    }
    let mut ends = scheduler_words().filter_map(|(ours, theirs)| {
        let sampler = sampler(name.strip_suffix(&key(theirs))?)?;
        Some((Some(sampler), Some(ours)))
    });
    ends.next().unwrap_or_default()
}

fn automatic(sampler: Option<&'static str>) -> &'static str {
    let row = AUTOMATIC.iter().find(|(name, _)| Some(*name) == sampler);
    row.map_or("normal", |(_, schedule)| schedule)
}

fn of_old(sampler: Option<&'static str>) -> &'static str {
    match sampler {
        Some("ddim" | "plms" | "restart") => automatic(sampler),
        _ => "normal",
    }
}

/// Our name for a sampler, whether or not it is there.
fn sampler(name: &str) -> Option<&'static str> {
    let name = key(name);
    let table = SAMPLERS.iter().find(|(ours, theirs)| [key(ours), key(theirs)].contains(&name));
    let known = || by_name(&engine::samplers(), &name);
    table.map(|(ours, _)| *ours).or_else(known)
}

/// Our name for a schedule that is there.
fn scheduler(name: &str) -> Option<&'static str> {
    let (name, all) = (key(name), engine::schedulers());
    let mut table = scheduler_words().filter(|(_, theirs)| key(theirs) == name);
    let ours = table.find_map(|(ours, _)| all.iter().find(|row| row.name == ours));
    ours.map(|row| row.name).or_else(|| by_name(&all, &name))
}

fn scheduler_words() -> impl Iterator<Item = (&'static str, &'static str)> {
    SCHEDULERS.into_iter().chain(MORE_SCHEDULERS)
}

/// The sampler that is there for one of the same name in A1111's words.
fn here(ours: &'static str) -> Option<&'static str> {
    let all = engine::samplers();
    let theirs = SAMPLERS.iter().find(|(name, _)| *name == ours).map(|(_, theirs)| theirs);
    let twins = SAMPLERS.iter().filter(|(_, name)| Some(name) == theirs).map(|(ours, _)| *ours);
    let mut names = std::iter::once(ours).chain(twins);
    names.find(|name| all.iter().any(|row| row.name == *name))
}

fn by_name(all: &[Named], name: &str) -> Option<&'static str> {
    all.iter().find(|row| key(row.name) == name || key(row.label) == name).map(|row| row.name)
}

/// What is the same in all ways to write a name.
fn key(name: &str) -> String {
    let signs = name.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '+');
    signs.map(|c| c.to_ascii_lowercase()).collect::<String>()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn method(sampler: &str, scheduler: Option<&str>) -> (&'static str, &'static str) {
        let method = Method::of(sampler, scheduler);
        (method.sampler.unwrap_or("-"), method.scheduler.unwrap_or("-"))
    }

    #[test]
    fn every_way_to_write_a_sampler_is_understood() {
        for name in ["DPM++ 2M", "dpm++2m", "dpmpp_2m", "DPM++ 2m"] {
            assert_eq!(method(name, Some("Karras")), ("dpmpp_2m", "karras"), "{name}");
        }
        for name in ["Euler a", "euler_a", "euler_ancestral", "Euler ancestral"] {
            assert_eq!(method(name, Some("Simple")), ("euler_ancestral", "simple"), "{name}");
        }
    }

    #[test]
    fn old_names_hold_the_schedule() {
        assert_eq!(method("DPM++ 2M Karras", None), ("dpmpp_2m", "karras"));
        assert_eq!(method("LMS Karras", None), ("lms", "karras"));
        assert_eq!(method("DPM2 Karras", None), ("dpm_2", "karras"));
        assert_eq!(method("DPM++ 2M SDE Exponential", None).1, "exponential");
        assert_eq!(together("DPM++ 2M SDE Heun Karras").0, Some("dpmpp_2m_sde_heun"));
        assert_eq!(method("DPM++ 2M", None), ("dpmpp_2m", "normal"));
        assert_eq!(method("DDIM", None), ("ddim", "ddim_uniform"));
        assert_eq!(method("euler_a karras", None), ("euler_ancestral", "karras"));
    }

    #[test]
    fn automatic_is_the_sampler_s_own_schedule() {
        assert_eq!(method("DPM++ 2M", Some("Automatic")), ("dpmpp_2m", "karras"));
        assert_eq!(method("Euler", Some("Automatic")), ("euler", "normal"));
        assert_eq!(method("Euler", Some("Uniform")), ("euler", "normal"));
    }

    #[test]
    fn what_is_not_here_has_no_name() {
        assert_eq!(method("Undefined", None), ("-", "-"));
        assert_eq!(method("Euler", Some("Align Your Steps 11")), ("euler", "-"));
        assert_eq!(method("", Some("")), ("-", "-"));
    }
}
