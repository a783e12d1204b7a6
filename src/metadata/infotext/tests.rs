//! Texts as they are found in the wild, and our own.

use super::*;
use crate::metadata::PictureFacts;
use proptest::prelude::*;

const PAIRS: &str = "Steps: 20, Sampler: Euler a, Schedule type: Simple, CFG scale: 7.5, \
                     Seed: 42, Size: 512x768, Model hash: cc6cb27103, Model: v1-5, RNG: CPU";

fn parsed(text: &str) -> Recovered {
    let (recovered, has_settings) = parse(text);
    assert!(has_settings, "no settings in {text}");
    recovered
}

fn without_effect(text: &str) -> Vec<String> {
    let list = parsed(text).unhonoured;
    list.iter().map(|it| format!("{}={}", it.key, it.value)).collect()
}

#[test]
fn a_plain_text_is_taken_apart() {
    let found = parsed(&format!("a cat, (b:1.2)\nNegative prompt: blurry\n{PAIRS}"));
    assert_eq!(found.source, Source::Automatic1111);
    assert_eq!((found.prompt.as_str(), found.negative.as_str()), ("a cat, (b:1.2)", "blurry"));
    assert_eq!((found.steps, found.cfg, found.seed), (Some(20), Some(7.5), Some(42)));
    assert_eq!(found.sampler.as_deref(), Some("euler_ancestral"));
    assert_eq!(found.scheduler.as_deref(), Some("simple"));
    assert_eq!((found.width, found.height), (Some(512), Some(768)));
    assert_eq!(found.model.as_deref(), Some("v1-5"));
    assert_eq!(found.model_hash.as_deref(), Some("cc6cb27103"));
    assert_eq!((found.vae, found.unhonoured), (None, vec![]));
}

#[test]
fn prompts_have_lines_of_their_own_whatever_is_in_them() {
    let prompt = "a cat\n\nSteps: 3, Sampler: Euler, Seed: 1\nSteps: many";
    let found = parsed(&format!("{prompt}\nNegative prompt: x\n\ny: z\n{PAIRS}\n"));
    assert_eq!((found.prompt.as_str(), found.negative.as_str()), (prompt, "x\n\ny: z"));
    assert_eq!(found.steps, Some(20));
    let windows = format!("a\r\nb\r\nNegative prompt: x\r\ny\r\n{PAIRS}\r\n\0");
    let found = parsed(&windows);
    assert_eq!((found.prompt.as_str(), found.negative.as_str()), ("a\nb", "x\ny"));
    let none = parsed(PAIRS);
    assert_eq!((none.prompt.as_str(), none.negative.as_str()), ("", ""));
    let negative = parsed(&format!("Negative prompt: x\n{PAIRS}"));
    assert_eq!((negative.prompt.as_str(), negative.negative.as_str()), ("", "x"));
}

#[test]
fn a_prompt_alone_stays_a_prompt() {
    for text in ["a cat", "style: a, mood: b, light: c", "Steps: 3, Seed: 4", ""] {
        let (found, has_settings) = parse(text);
        assert_eq!((found.prompt.as_str(), has_settings, found.steps), (text, false, None));
    }
}

#[test]
fn what_was_added_below_the_settings_does_not_hide_them() {
    let found = parsed(&format!("a cat\n{PAIRS}\nTemplate: a __animal__"));
    assert_eq!((found.prompt.as_str(), found.steps), ("a cat", Some(20)));
}

#[test]
fn quoted_values_keep_their_commas_and_escapes() {
    let model = r#"Model: "a, \"b\": c\u00e9\n", VAE: "x"#;
    let found = parsed(&format!("p\nSteps: 1, Seed: 2, {model}"));
    assert_eq!(found.model.as_deref(), Some("a, \"b\": cé\n"));
    assert_eq!(found.vae.as_deref(), Some("\"x"), "a lone quote is a letter");
    let odd = r#"ControlNet 0: "preprocessor: canny, model: m", Lora hashes: "a: b, c: d""#;
    let text = format!("p\n{PAIRS}, {odd}");
    assert_eq!(without_effect(&text), ["ControlNet 0=preprocessor: canny, model: m"]);
}

#[test]
fn what_has_no_effect_is_told() {
    let text = format!(
        "a <lora:rain:0.8> [cat:dog:0.5] [a|b] (c) [d] AND e\nNegative prompt: BREAK\n\
         {PAIRS}, Clip skip: 2, Denoising strength: 0.5, Hires upscale: 2, Face restoration: None, \
         Version: v1.10"
    );
    let expected = [
        "Clip skip=2",
        "Denoising strength=0.5",
        "Hires upscale=2",
        "LoRA=<lora:rain:0.8>",
        "Prompt editing=[cat:dog:0.5]",
        "Alternating words=[a|b]",
        "Composition=AND",
        "Chunk break=BREAK",
    ];
    assert_eq!(without_effect(&text), expected);
    let text = "p\nSteps: x, Sampler: Paint, CFG scale: inf, Seed: -1, Size: big, Clip skip: 1";
    let expected = ["Steps=x", "Sampler=Paint", "CFG scale=inf", "Seed=-1", "Size=big", "RNG=GPU"];
    assert_eq!(without_effect(text), expected);
    let reasons: Vec<_> = parsed(text).unhonoured.iter().map(|it| it.reason).collect();
    assert_eq!(reasons[1], UnhonouredReason::UnknownName);
    assert_eq!(reasons[5], UnhonouredReason::OtherNoise);
}

#[test]
fn old_files_fold_the_schedule_into_the_sampler() {
    let found = parsed("p\nSteps: 20, Sampler: DPM++ 2M Karras, CFG scale: 7, Seed: 1, RNG: CPU");
    assert_eq!(found.sampler.as_deref(), Some("dpmpp_2m"));
    assert_eq!(found.scheduler.as_deref(), Some("karras"));
    assert_eq!(found.unhonoured, vec![]);
}

#[test]
fn the_longest_texts_take_no_longer_than_a_blink() {
    let long = |part: &dyn Fn(usize) -> String| (0..100_000).map(part).collect::<String>();
    for text in [
        long(&|n| format!("k{n}: v, ")),
        long(&|n| format!("Steps: {n}, Seed: 1\n")),
        long(&|n| format!("<lora:a{n}:1>[a:{n}")),
        long(&|_| "a: \"\\\", ".to_owned()),
        long(&|_| "Negative prompt: [[[[".to_owned()),
    ] {
        let begin = std::time::Instant::now();
        parse(&format!("{text}\n{PAIRS}, {text}"));
        assert!(begin.elapsed().as_secs() < 5, "{}", &text[..40]);
    }
}

fn facts() -> impl Strategy<Value = PictureFacts> {
    let words = "[a-zA-Z0-9 ,.:()<>\"\\\\\n猫éÃ©-]{0,60}";
    let prompt = words.prop_filter("the form has no place for it", |text| !text.contains(NEGATIVE));
    let name = "[a-zA-Z0-9 ,.:\"\\\\猫é-]{1,20}".prop_map(|name| format!("x{name}x"));
    let samplers: Vec<_> = crate::engine::samplers().iter().map(|row| row.name).collect();
    let schedulers: Vec<_> = crate::engine::schedulers().iter().map(|row| row.name).collect();
    let names = (prop::sample::select(samplers), prop::sample::select(schedulers));
    let numbers = (1..1000_u32, 0..3000_u32, any::<u64>(), 1..512_u32, 1..512_u32);
    let model = (name.clone(), prop::option::of(name));
    (prompt.clone(), prompt, names, numbers, model, any::<bool>()).prop_map(
        |(
            prompt,
            negative,
            (sampler, scheduler),
            (steps, cfg, seed, width, height),
            (model, vae),
            strict,
        )| {
            PictureFacts {
                prompt,
                negative,
                steps,
                sampler: sampler.into(),
                scheduler: scheduler.into(),
                cfg: cfg as f32 / 100.0,
                seed,
                width: width * 8,
                height: height * 8,
                model,
                model_hash: Some("0123456789".into()),
                vae,
                strict,
                batch: 1,
                batch_place: 0,
            }
        },
    )
}

proptest! {
    #[test]
    fn our_own_text_comes_back_as_it_was(facts in facts()) {
        let found = parsed(&facts.parameters());
        let expected = Recovered {
            source: Source::Aiimagegen,
            prompt: facts.prompt.trim().to_owned(),
            negative: facts.negative.trim().to_owned(),
            steps: Some(facts.steps),
            cfg: Some(facts.cfg),
            seed: Some(facts.seed),
            sampler: Some(facts.sampler),
            scheduler: Some(facts.scheduler),
            width: Some(facts.width),
            height: Some(facts.height),
            model: Some(facts.model),
            model_hash: facts.model_hash,
            vae: facts.vae,
            unhonoured: vec![],
        };
        prop_assert_eq!(found, expected);
    }

    #[test]
    fn no_text_is_too_much(text in ".{0,200}", pairs in "[\"\\\\:, a-zA-Z猫]{0,200}") {
        parse(&text);
        parse(&pairs);
        parse(&format!("{text}\n{PAIRS}, {pairs}"));
        parse(&format!("Steps: 1, Seed: 2, {pairs}\n{text}"));
    }
}
