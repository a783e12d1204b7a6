//! Text to image: encode, denoise step by step, decode.

use super::conditioning::{self, Conditioning, EncodedPrompt, Side};
use super::decode::{LoadedVae, Tell};
use super::denoise::Call;
use super::device::Stage;
use super::error::{Error, Rule};
use super::event::{Event, ModelSummary};
use super::family::Family;
use super::latent::{self, Latent};
use super::loaded::Loaded;
use super::memory::Room;
use super::noise::TorchGenerator;
use super::picture::{Array, Generation, Picture, Timings, Values};
use super::preview::{self, Pace};
use super::request::{DecodeRequest, FinishedLatent, Request};
use super::sampler::{self, Sampler, Sampling, StepNoise};
use super::schedule::{self, Scheduler};
use super::trace::Trace;
use std::cell::{Cell, RefCell};
use std::iter;
use std::ops::ControlFlow;
use std::time::Instant;

/// Pixels per latent pixel.
const SCALE: u32 = 8;
/// Longest side; beyond, attention over all pixels takes days.
const LONGEST_SIDE: u32 = 8192;
/// Most pictures made together.
const MOST_PICTURES: u32 = 64;
/// Channels of a latent.
const CHANNELS: usize = 4;

/// A request whose values are known to be possible.
pub struct Checked<'a> {
    request: &'a Request,
    sampler: &'static Sampler,
    scheduler: &'static Scheduler,
}

impl<'a> Checked<'a> {
    /// Checks every value of `request`: [`Error::BadValue`] names the first that cannot be used.
    pub fn new(request: &'a Request) -> Result<Self, Error> {
        let size = format!("{}x{}", request.width, request.height);
        for side in [request.width, request.height] {
            if !(SCALE..=LONGEST_SIDE).contains(&side) {
                return Err(bad("size", &size, between(SCALE, LONGEST_SIDE)));
            }
            if side % SCALE != 0 {
                return Err(bad("size", &size, Rule::MultipleOf { of: SCALE.into() }));
            }
        }
        check_number("steps", request.steps, 1, 1000)?;
        check_number("batch", request.batch, 1, MOST_PICTURES)?;
        if !(0.0..=1000.0).contains(&request.cfg) {
            let rule = Rule::Between { min: 0.0, max: 1000.0 };
            return Err(bad("cfg", &request.cfg.to_string(), rule));
        }
        for prompt in [&request.prompt, &request.negative] {
            conditioning::check_length(prompt)?;
        }
        let sampler = sampler::sampler(&request.sampler).ok_or_else(|| {
            unknown("sampler", &request.sampler, sampler::SAMPLERS.iter().map(|row| row.name))
        })?;
        let scheduler = schedule::scheduler(&request.scheduler).ok_or_else(|| {
            let names = schedule::SCHEDULERS.iter().map(|row| row.name);
            unknown("scheduler", &request.scheduler, names)
        })?;
        Ok(Self { request, sampler, scheduler })
    }
}

fn bad(field: &str, value: &str, rule: Rule) -> Error {
    Error::BadValue { field: field.into(), value: value.into(), rule }
}

fn between(min: u32, max: u32) -> Rule {
    Rule::Between { min: min.into(), max: max.into() }
}

fn check_number(field: &str, value: u32, min: u32, max: u32) -> Result<(), Error> {
    match (min..=max).contains(&value) {
        true => Ok(()),
        false => Err(bad(field, &value.to_string(), between(min, max))),
    }
}

fn unknown(field: &str, value: &str, names: impl Iterator<Item = &'static str>) -> Error {
    bad(field, value, Rule::OneOf { names: names.map(str::to_owned).collect() })
}

/// One generation under way.
pub struct Run<'a> {
    checked: Checked<'a>,
    model: &'a mut Loaded,
    on_event: &'a mut dyn FnMut(Event) -> ControlFlow<()>,
    seed: u64,
    room: Room,
    trace: Trace,
    timings: Timings,
}

impl<'a> Run<'a> {
    /// With everything in place.
    pub fn new(
        checked: Checked<'a>,
        model: &'a mut Loaded,
        on_event: &'a mut dyn FnMut(Event) -> ControlFlow<()>,
        seed: u64,
        room: Room,
    ) -> Self {
        let trace = Trace::new(checked.request.trace);
        Self { checked, model, on_event, seed, room, trace, timings: Timings::default() }
    }

    /// The whole way from prompt to pixels.
    pub fn generate(mut self) -> Result<Generation, Error> {
        self.room.check_picture(self.model.working_places(), &self.checked.request.work())?;
        self.tell(Event::SeedChosen(self.seed), (0, 0))?;
        let prompts = self.encode()?;
        let latent = self.denoise(&prompts)?;
        self.hand_out(&latent)?;
        let (pixels, nan_retries) = self.decode(&latent)?;
        let pictures = pictures(&pixels);
        self.trace.image(&pixels);
        Ok(Generation {
            pictures,
            latent: array(latent),
            seed: self.seed,
            nan_retries,
            timings: self.timings,
            model: self.model.summary.clone(),
            trace: self.trace.finish(),
        })
    }

    fn tell(&mut self, event: Event, (step, steps): (u32, u32)) -> Result<(), Error> {
        match (self.on_event)(event) {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(()) => Err(Error::Cancelled { step, steps }),
        }
    }

    /// Both prompts, or the positive one alone where guidance is off.
    fn encode(&mut self) -> Result<Vec<EncodedPrompt>, Error> {
        let request = self.checked.request;
        let started = Instant::now();
        let mut sides = vec![(Side::Positive, &request.prompt)];
        if request.is_guided() {
            sides.push((Side::Negative, &request.negative));
        }
        let size = (request.width, request.height);
        let mut prompts = Vec::new();
        for (side, text) in sides {
            let prompt = conditioning::encode(
                self.model.family,
                &mut self.model.encoders,
                (text, side),
                size,
                &mut || match (self.on_event)(Event::EncodeStarted) {
                    ControlFlow::Continue(()) => Ok(()),
                    ControlFlow::Break(()) => Err(Error::Cancelled { step: 0, steps: 0 }),
                },
            )?;
            if !latent::is_finite(&prompt.conditioning.context) {
                return Err(Error::NotFinite { stage: Stage::Clip, step: 0 });
            }
            self.trace.prompt(side, &prompt);
            prompts.push(prompt);
        }
        self.timings.encode_s = started.elapsed().as_secs_f64();
        Ok(prompts)
    }

    fn latent_shape(&self) -> [usize; 4] {
        let Request { width, height, batch, .. } = *self.checked.request;
        [batch as usize, CHANNELS, (height / SCALE) as usize, (width / SCALE) as usize]
    }

    fn denoise(&mut self, prompts: &[EncodedPrompt]) -> Result<Latent, Error> {
        let shape = self.latent_shape();
        let count = shape.iter().product();
        let sigmas = self.sigmas();
        let steps = sigmas.len().saturating_sub(1) as u32;
        self.tell(Event::SamplingStarted { steps }, (0, steps))?;
        let mut noise = TorchGenerator::new(self.seed).randn(count);
        self.trace.schedule(&sigmas, &self.model.schedule);
        self.trace.noise(&noise, shape);
        let first = sigmas.first().copied().unwrap_or(0.0);
        latent::scale_start(&mut noise, first, self.model.schedule.sigma_max());
        let extra = self.inpaint_channels(shape)?;
        let Self { checked, model, on_event, seed, room, trace, timings } = self;
        model.unet.begin(checked.request.strict);
        let on_event = RefCell::new(on_event);
        // Steps that are done, for those who stop it.
        let done = Cell::new(0);
        let tell = |event| match (on_event.borrow_mut())(event) {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(()) => Err(Error::Cancelled { step: done.get(), steps }),
        };
        let shows = Shows::new(checked.request.preview, model.family, shape);
        let conditionings: Vec<&Conditioning> =
            prompts.iter().map(|prompt| &prompt.conditioning).collect();
        let mut guidance = Guidance {
            model,
            conditionings: &conditionings,
            cfg: checked.request.cfg,
            shape,
            extra,
            trace,
        };
        // ComfyUI on the CPU since 2025: with the seed itself, an ancestral sampler's first draw
        // would be the start noise once more, which shows in the picture.
        let mut step_noise = match checked.sampler.noise {
            StepNoise::None => None,
            StepNoise::Independent => Some(TorchGenerator::new(seed.wrapping_add(1))),
        };
        let mut started = Instant::now();
        let mut kept = Vec::new();
        let tracing = checked.request.trace;
        let x = (checked.sampler.run)(
            &mut Sampling {
                sigmas: &sigmas,
                denoise: &mut |x, sigma| {
                    let estimate = guidance.denoise(x, sigma, *room, &mut &tell)?;
                    shows.note(&estimate);
                    Ok(estimate)
                },
                draw_noise: &mut |_, _| {
                    step_noise.as_mut().map(|noise| noise.randn(count)).unwrap_or_default()
                },
                on_step: &mut |index, x| {
                    let step = index as u32 + 1;
                    if !latent::is_finite(x) {
                        return Err(Error::NotFinite { stage: Stage::Unet, step });
                    }
                    let seconds = started.elapsed().as_secs_f64();
                    started = Instant::now();
                    timings.steps_s.push(seconds);
                    if tracing {
                        kept.extend_from_slice(x);
                    }
                    done.set(step);
                    let event = Event::StepDone { step, steps, seconds };
                    iter::once(event).chain(shows.preview()).try_for_each(&tell)
                },
            },
            noise,
        )?;
        self.trace.latents(kept, shape);
        self.model.note_unet();
        Latent::new(shape, x)
    }

    /// The noise levels of this run, the closing 0 included.
    fn sigmas(&self) -> Vec<f32> {
        let Checked { request, sampler, scheduler } = self.checked;
        sampler.sigmas(scheduler, &self.model.schedule, request.steps as usize)
    }

    /// For inpainting checkpoints: a mask that lets everything be painted, and the latent of the
    /// grey that the masked picture then is, `[batch, 5, h, w]`.
    fn inpaint_channels(&mut self, shape: [usize; 4]) -> Result<Option<Latent>, Error> {
        if !self.model.inpaint {
            return Ok(None);
        }
        let [batch, channels, height, width] = shape;
        let scale = SCALE as usize;
        let grey = vec![0.0; 3 * height * width * scale * scale];
        let grey = Latent::new([1, 3, height * scale, width * scale], grey)?;
        let vae = &mut self.model.vae;
        let mut masked = vae.stage.encode(&grey)?.data;
        masked.iter_mut().for_each(|value| *value *= vae.scaling_factor);
        let mut values = vec![1.0; height * width];
        values.extend(masked);
        Latent::new([batch, channels + 1, height, width], values.repeat(batch)).map(Some)
    }

    /// Hands the latent out, so that it outlives whatever happens from here on.
    fn hand_out(&mut self, latent: &Latent) -> Result<(), Error> {
        let steps = self.timings.steps_s.len() as u32;
        let finished = FinishedLatent { latent: latent.clone(), seed: self.seed };
        self.tell(Event::LatentFinished(finished), (steps, steps))
    }

    /// Pixels, and how many decodes had to be repeated.
    fn decode(&mut self, latent: &Latent) -> Result<(Latent, u32), Error> {
        let steps = self.timings.steps_s.len() as u32;
        let started = Instant::now();
        let Self { model, on_event, room, .. } = self;
        let decoded = model.vae.decode(latent, *room, &mut |event| match on_event(event) {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(()) => Err(Error::Cancelled { step: steps, steps }),
        });
        self.timings.decode_s = started.elapsed().as_secs_f64();
        decoded
    }
}

/// What is in the making, for those who want to see it.
struct Shows {
    wanted: bool,
    family: Family,
    height: usize,
    width: usize,
    /// The latest estimate of the first picture.
    estimate: RefCell<Vec<f32>>,
    pace: RefCell<Pace>,
}

impl Shows {
    fn new(wanted: bool, family: Family, [_, _, height, width]: [usize; 4]) -> Self {
        let (estimate, pace) = (RefCell::default(), RefCell::default());
        Self { wanted, family, height, width, estimate, pace }
    }

    fn note(&self, estimate: &[f32]) {
        if self.wanted {
            let first = CHANNELS * self.height * self.width;
            let mut kept = self.estimate.borrow_mut();
            kept.clear();
            kept.extend(estimate.iter().take(first));
        }
    }

    /// A preview, if it is wanted and time for one.
    fn preview(&self) -> Option<Event> {
        if !self.wanted || !self.pace.borrow_mut().is_due() {
            return None;
        }
        let estimate = self.estimate.borrow();
        preview::preview(self.family, &estimate, self.height, self.width).map(Event::Preview)
    }
}

/// The model as samplers see it: guided estimates of the clean latent.
struct Guidance<'a, 'b> {
    model: &'a mut Loaded,
    conditionings: &'a [&'a Conditioning],
    cfg: f32,
    shape: [usize; 4],
    extra: Option<Latent>,
    trace: &'b mut Trace,
}

impl Guidance<'_, '_> {
    fn denoise(
        &mut self,
        x: &[f32],
        sigma: f32,
        room: Room,
        tell: Tell,
    ) -> Result<Vec<f32>, Error> {
        let timestep = self.model.schedule.timestep(sigma);
        let input = self.input(x, sigma)?;
        let call = Call { input: &input, timestep, conditionings: self.conditionings };
        let outputs = self.model.unet.predict(call, room, tell)?;
        self.trace.first_call(&input, timestep, &outputs);
        let prediction = self.model.prediction;
        let mut estimates =
            outputs.iter().map(|output| latent::denoised(prediction, x, &output.data, sigma));
        match (estimates.next(), estimates.next()) {
            (Some(positive), Some(negative)) => Ok(latent::guide(&positive, &negative, self.cfg)),
            (Some(positive), None) => Ok(positive),
            _ => Err(Error::Internal { detail: "the denoiser gave nothing".into() }),
        }
    }

    /// The scaled latent, with the mask's channels behind it where the model has them.
    fn input(&self, x: &[f32], sigma: f32) -> Result<Latent, Error> {
        let scaled = Latent::new(self.shape, latent::scale_input(x, sigma))?;
        let Some(extra) = &self.extra else { return Ok(scaled) };
        let [batch, channels, height, width] = self.shape;
        let size = height * width;
        let pairs = scaled
            .data
            .chunks_exact(channels * size)
            .zip(extra.data.chunks_exact(extra.channels * size));
        let data = pairs.flat_map(|(x, extra)| [x, extra]).flatten().copied().collect();
        Latent::new([batch, channels + extra.channels, height, width], data)
    }
}

/// Checks what comes from a file or another process: [`Error::BadValue`], or [`Error::NotFinite`].
pub fn check_latent(latent: &Latent) -> Result<(), Error> {
    let Latent { batch, channels, height, width, data } = latent;
    let sides = 1..=(LONGEST_SIDE / SCALE) as usize;
    let possible = (1..=MOST_PICTURES as usize).contains(batch)
        && *channels == CHANNELS
        && sides.contains(height)
        && sides.contains(width);
    // In this order: the product of sides that are impossible may be none.
    if !possible || data.len() != batch * channels * height * width {
        let value = format!("{batch}x{channels}x{height}x{width}");
        let names = vec![format!("1..{MOST_PICTURES}x{CHANNELS}x1..{0}x1..{0}", sides.end())];
        return Err(bad("latent", &value, Rule::OneOf { names }));
    }
    match latent.is_finite() {
        true => Ok(()),
        false => Err(Error::NotFinite { stage: Stage::Unet, step: 0 }),
    }
}

/// Makes the pictures of latents that were sampled before.
pub fn decode(
    vae: &mut LoadedVae,
    model: ModelSummary,
    request: &DecodeRequest,
    room: Room,
    on_event: &mut dyn FnMut(Event) -> ControlFlow<()>,
) -> Result<Generation, Error> {
    let started = Instant::now();
    let FinishedLatent { latent, seed } = &request.finished;
    let (pixels, nan_retries) = vae.decode(latent, room, &mut |event| match on_event(event) {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(()) => Err(Error::Cancelled { step: 0, steps: 0 }),
    })?;
    let decode_s = started.elapsed().as_secs_f64();
    Ok(Generation {
        pictures: pictures(&pixels),
        latent: array(latent.clone()),
        seed: *seed,
        nan_retries,
        timings: Timings { decode_s, ..Timings::default() },
        model,
        trace: Vec::new(),
    })
}

fn array(latent: Latent) -> Array {
    Array { shape: latent.shape().to_vec(), data: Values::F32(latent.data) }
}

/// Pixels around -1..1, channel by channel, to bytes, rounded to the nearest.
fn pictures(pixels: &Latent) -> Vec<Picture> {
    let Latent { height, width, data, .. } = pixels;
    let size = height * width;
    let byte = |value: f32| ((value + 1.0) * 127.5).clamp(0.0, 255.0).round() as u8;
    let picture = |planes: &[f32]| Picture {
        width: *width as u32,
        height: *height as u32,
        rgb: (0..size).flat_map(|i| [0, 1, 2].map(|c| byte(planes[c * size + i]))).collect(),
    };
    data.chunks_exact(3 * size).map(picture).collect()
}

#[cfg(test)]
mod tests;
