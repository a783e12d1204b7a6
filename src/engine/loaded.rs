//! A model in memory: its files read, its stages placed on their devices.

mod sites;

use super::OnEvent;
use super::backend;
use super::backend::{OnRead, Site};
use super::decode::LoadedVae;
use super::denoise::LoadedUnet;
use super::device::{Device, Stage};
use super::error::Error;
use super::event::{Event, ModelSummary};
use super::family::{ClipKind, Family, Model, Part, Prediction, resolve};
use super::memory::{self, Room, Work};
use super::placement::{self, Able, Candidate, Choice, Fit, Job, Placement, place, to_be_proven};
use super::request::ModelRequest;
use super::schedule::NoiseSchedule;
use super::selftest::prove_one;
use super::stage::TextEncoder;
use super::weights::{self, Source};
use sites::Sites;
use std::cell::{Cell, RefCell};
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Instant, SystemTime};

/// What one engine can do with two cards at the same time.
pub const ABLE: Able = Able { guidance_in_parallel: true, queue_in_parallel: false };

/// What several engines can, each with a card of its own.
const SEVERAL: Able = Able { guidance_in_parallel: false, queue_in_parallel: true };

/// A model ready to generate.
pub struct Loaded {
    /// What was asked for, and the files as they were then.
    identity: Identity,
    /// Family.
    pub family: Family,
    /// What the UNet's output means.
    pub prediction: Prediction,
    /// Whether the UNet wants a mask and a masked latent.
    pub inpaint: bool,
    /// Noise levels of the training.
    pub schedule: NoiseSchedule,
    /// Text encoders, L before G.
    pub encoders: Vec<Box<dyn TextEncoder>>,
    /// The UNet.
    pub unet: LoadedUnet,
    /// The VAE.
    pub vae: LoadedVae,
    /// For people.
    pub summary: ModelSummary,
    /// What decided where its parts are.
    sizes: Sizes,
}

/// What is known of a model's weights before they are read.
#[derive(Clone, Copy)]
struct Sizes {
    family: Family,
    /// Values of the text encoders, the UNet and the VAE that are read.
    values: [u64; 3],
}

/// A request and the state of its files: two equal ones are the same loaded model.
#[derive(PartialEq)]
struct Identity {
    request: ModelRequest,
    files: Vec<Option<(u64, SystemTime)>>,
}

impl Identity {
    fn of(request: &ModelRequest) -> Self {
        let stamp = |path: &PathBuf| {
            let data = std::fs::metadata(path).ok()?;
            Some((data.len(), data.modified().ok()?))
        };
        let files = std::iter::once(&request.checkpoint).chain(&request.vae).chain(&request.clip);
        Self { request: request.clone(), files: files.map(stamp).collect() }
    }
}

/// The files of a request, open.
pub struct Files {
    /// The checkpoint.
    pub checkpoint: Arc<dyn Source>,
    /// The VAE that replaces its own.
    pub vae: Option<Arc<dyn Source>>,
    /// The text encoders that replace its own.
    pub clip: Vec<Arc<dyn Source>>,
}

impl Files {
    /// What they hold together.
    pub fn model(&self) -> Result<Model, Error> {
        resolve(&self.checkpoint, self.vae.as_ref(), &self.clip)
    }
}

/// What the files of `request` hold: all that can be wrong with them shows here.
pub fn find(request: &ModelRequest) -> Result<Model, Error> {
    let open = |path: &PathBuf| weights::open(path);
    let files = Files {
        checkpoint: open(&request.checkpoint)?,
        vae: request.vae.as_ref().map(open).transpose()?,
        clip: request.clip.iter().map(open).collect::<Result<_, _>>()?,
    };
    files.model()
}

impl Loaded {
    /// With scripted stages, of the simplest family.
    #[cfg(test)]
    pub fn scripted(encoder: Box<dyn TextEncoder>, unet: LoadedUnet, vae: LoadedVae) -> Self {
        Self {
            identity: Identity::of(&ModelRequest::default()),
            family: Family::Sd1,
            prediction: Prediction::Eps,
            inpaint: false,
            schedule: NoiseSchedule::stable_diffusion(),
            encoders: vec![encoder],
            unet,
            vae,
            summary: ModelSummary {
                family: "sd1".into(),
                prediction: "eps".into(),
                stages: Vec::new(),
                load_s: 0.0,
                weight_bytes: 0,
            },
            sizes: Sizes { family: Family::Sd1, values: [0; 3] },
        }
    }

    /// Whether this is what `request` asks for, from files that have not changed.
    pub fn is(&self, request: &ModelRequest) -> bool {
        self.unet.is_there() && self.identity == Identity::of(request)
    }

    /// Takes into the summary what became of the UNet while it was at work.
    pub fn note_unet(&mut self) {
        let now = sites::summary(Stage::Unet, self.unet.site(), self.sizes.values);
        let stages = &mut self.summary.stages;
        if stages.contains(&now) {
            return;
        }
        // The other half of the guidance has come along.
        stages.retain(|found| found.stage != Stage::Unet);
        stages.insert(stages.len().min(1), now);
        self.summary.weight_bytes = stages.iter().map(|stage| stage.bytes).sum();
    }

    /// Where the UNet is, and where and in what the autoencoder computes.
    pub fn working_places(&self) -> (Device, Site) {
        (self.summary.device(Stage::Unet), self.vae.site())
    }

    /// Whether `work` finds no room where the parts are now, and would find it if they were laid
    /// out anew over some of the `candidates`.
    pub fn is_outgrown(&self, candidates: &[Candidate], (work, room): (&Work, Room)) -> bool {
        if room.check_picture(self.working_places(), work).is_ok() {
            return false;
        }
        // What is loaded has passed its tests, and goes first.
        let mut candidates = candidates.to_vec();
        for candidate in &mut candidates {
            let here = self.summary.stages.iter().filter(|it| it.device == candidate.device);
            if here.clone().next().is_some() {
                candidate.obstacle = None;
                let bytes: u64 = here.map(|stage| stage.bytes).sum();
                candidate.free = candidate.free.map(|free| free.saturating_add(bytes));
            }
        }
        let placed = self.sizes.place(&candidates, (&self.identity.request, ABLE), (*work, room));
        placed.is_ok_and(|it| {
            let moves =
                Stage::ALL.iter().any(|stage| it.device(*stage) != self.summary.device(*stage));
            it.fit != Fit::WillNot && moves
        })
    }

    /// Reads `model`, which `request` names, onto some of the `candidates`, with room for `work`;
    /// without any, for one picture of the size that the model was made for.
    pub fn load(
        model: &Model,
        request: &ModelRequest,
        candidates: &mut [Candidate],
        (work, room): (Option<Work>, Room),
        on_event: OnEvent,
    ) -> Result<Self, Error> {
        let started = Instant::now();
        let identity = Identity::of(request);
        let sizes = Sizes { family: model.family, values: stage_values(model) };
        let work = work.unwrap_or_else(|| Work::square(native_side(model.family)));
        let read = &mut |placement: &Placement, sites: &Sites, on_event: OnEvent| {
            say_skipped(placement, on_event)?;
            go_on(on_event(Event::Placed(placement.clone())))?;
            let progress = Progress::new(sites.needed(sizes.values), on_event);
            let stages = read_stages(model, sites, &progress)?;
            let summary = ModelSummary {
                family: model.family.name().into(),
                prediction: model.prediction.name().into(),
                stages: sites.summary(sizes.values),
                load_s: started.elapsed().as_secs_f64(),
                weight_bytes: progress.done(),
            };
            Ok((stages, summary))
        };
        let ((encoders, unet, vae), summary) =
            sizes.place_and_read(request, candidates, (work, room), on_event, read)?;
        go_on(on_event(Event::Loaded(summary.clone())))?;
        Ok(Self {
            identity,
            family: model.family,
            prediction: model.prediction,
            inpaint: model.inpaint,
            schedule: match model.zero_terminal_snr {
                true => NoiseSchedule::zero_terminal_snr(),
                false => NoiseSchedule::stable_diffusion(),
            },
            encoders,
            unet,
            vae,
            summary,
            sizes,
        })
    }

    /// Reads the autoencoder alone: all that a finished latent needs.
    pub fn load_vae(
        model: &Model,
        request: &ModelRequest,
        candidates: &mut [Candidate],
        (work, room): (Work, Room),
        on_event: OnEvent,
    ) -> Result<(LoadedVae, ModelSummary), Error> {
        let started = Instant::now();
        let sizes = Sizes { family: model.family, values: [0, 0, decoder_values(&model.vae.1)] };
        let read = &mut |placement: &Placement, sites: &Sites, on_event: OnEvent| {
            say_skipped(placement, on_event)?;
            let progress = Progress::new(sites.needed(sizes.values), on_event);
            let vae = read_vae(model, sites.of(Stage::Vae), false, &progress)?;
            let summary = ModelSummary {
                family: model.family.name().into(),
                prediction: model.prediction.name().into(),
                stages: vec![sites::summary(Stage::Vae, sites.of(Stage::Vae), sizes.values)],
                load_s: started.elapsed().as_secs_f64(),
                weight_bytes: progress.done(),
            };
            Ok((vae, summary))
        };
        sizes.place_and_read(request, candidates, (work, room), on_event, read)
    }
}

/// The size that a family was trained for.
fn native_side(family: Family) -> u32 {
    match family {
        Family::Sd1 => 512,
        Family::Sd2 => 768,
        Family::Sdxl | Family::SdxlRefiner => 1024,
    }
}

/// Where `work` that waits goes if there is an engine for each card.
///
/// # Errors
///
/// As [`place`]; [`Error::Cancelled`].
pub fn place_queue(
    model: &Model,
    request: &ModelRequest,
    candidates: &mut [Candidate],
    work: (Work, Room),
    on_event: OnEvent,
) -> Result<Placement, Error> {
    let sizes = Sizes { family: model.family, values: stage_values(model) };
    sizes.place_tested(candidates, (request, SEVERAL), work, on_event)
}

/// Reads a model that was placed.
type ReadTo<'a, T> = &'a mut dyn FnMut(&Placement, &Sites, OnEvent) -> Result<T, Error>;

impl Sizes {
    /// Where the parts go.
    fn place(
        &self,
        candidates: &[Candidate],
        (request, able): (&ModelRequest, Able),
        (work, room): (Work, Room),
    ) -> Result<Placement, Error> {
        let precision =
            |device, stage| backend::precision(device, stage, self.family, request.precision);
        let job = Job { values: self.values, precision: &precision, work, room };
        place(candidates, &choice(request, able), &job)
    }

    /// Likewise, with the cards tested that nobody has named and that may be of use.
    fn place_tested(
        &self,
        candidates: &mut [Candidate],
        (request, able): (&ModelRequest, Able),
        work: (Work, Room),
        on_event: OnEvent,
    ) -> Result<Placement, Error> {
        let mut placed = self.place(candidates, (request, able), work);
        while let Some(device) = to_be_proven(candidates, &choice(request, able), &placed) {
            prove_one(candidates, device, on_event)?;
            placed = self.place(candidates, (request, able), work);
        }
        placed
    }

    /// Places the parts and has them read; where a device turns out to have less room than it
    /// said, places them anew.
    fn place_and_read<T>(
        &self,
        request: &ModelRequest,
        candidates: &mut [Candidate],
        work: (Work, Room),
        on_event: OnEvent,
        read: ReadTo<T>,
    ) -> Result<T, Error> {
        loop {
            let placement = self.place_tested(candidates, (request, ABLE), work, on_event)?;
            let sites = Sites::new(&placement, candidates, self.family, request)?;
            let found = memory::check_weights(&sites.weights(self.values));
            match found.and_then(|()| read(&placement, &sites, on_event)) {
                Err(Error::OutOfMemory { device, .. }) if device != Device::Cpu => {
                    let here = sites.weights(self.values).into_iter().filter(|it| it.0 == device);
                    let weights = here.map(|(_, bytes)| bytes).sum();
                    placement::note_shortage(candidates, device, weights);
                }
                done => return done,
            }
        }
    }
}

/// What `request` says about devices.
fn choice(request: &ModelRequest, able: Able) -> Choice<'_> {
    Choice { wanted: &request.devices, pinned: &request.place, able }
}

fn say_skipped(placement: &Placement, on_event: OnEvent) -> Result<(), Error> {
    for (device, obstacle) in &placement.skipped {
        let (device, obstacle) = (*device, obstacle.clone());
        go_on(on_event(Event::DeviceSkipped { device, obstacle }))?;
    }
    Ok(())
}

type Stages = (Vec<Box<dyn TextEncoder>>, LoadedUnet, LoadedVae);

fn read_stages(model: &Model, sites: &Sites, progress: &Progress) -> Result<Stages, Error> {
    let on_read = |stage| move |bytes| progress.add(stage, bytes);
    let mut encoders = Vec::new();
    for (config, part) in &model.clips {
        let with_last = uses_last_layer(model.family, config.kind);
        let on_read = on_read(Stage::Clip);
        encoders.push(backend::text_encoder(
            sites.of(Stage::Clip),
            config,
            with_last,
            part,
            &on_read,
        )?);
    }
    let unet = read_unet(model, sites, &on_read(Stage::Unet))?;
    Ok((encoders, unet, read_vae(model, sites.of(Stage::Vae), model.inpaint, progress)?))
}

fn read_unet(model: &Model, sites: &Sites, on_read: OnRead) -> Result<LoadedUnet, Error> {
    let (config, part) = model.unet.clone();
    let site = sites.of(Stage::Unet);
    let stage = backend::denoiser(site, &config, &part, on_read)?;
    let negative = sites.negative.map(|site| backend::denoiser(site, &config, &part, on_read));
    let read = move |site: Site| {
        let needed = site.value_bytes() * values(&part, &|_| true);
        memory::check_weights(&[(site.device, needed)])?;
        backend::denoiser(site, &config, &part, &|_| Ok(()))
    };
    let mut unet = LoadedUnet::new(stage, site, sites.spares.clone(), Box::new(read));
    if let Some(negative) = negative {
        unet.join(negative?);
    }
    Ok(unet)
}

fn read_vae(
    model: &Model,
    site: Site,
    with_encoder: bool,
    progress: &Progress,
) -> Result<LoadedVae, Error> {
    let (config, part) = model.vae.clone();
    let on_read = |bytes| progress.add(Stage::Vae, bytes);
    let stage = backend::autoencoder(site, &config, with_encoder, &part, &on_read)?;
    let on_processor = move || {
        let needed = Site::PROCESSOR.value_bytes() * decoder_values(&part);
        memory::check_weights(&[(Device::Cpu, needed)])?;
        backend::autoencoder(Site::PROCESSOR, &config, false, &part, &|_| Ok(()))
    };
    Ok(LoadedVae {
        stage,
        device: site.device,
        scaling_factor: model.scaling_factor,
        on_processor: Box::new(on_processor),
    })
}

/// Whether anything looks at what comes out of the encoder's last layer: SD 1.x does, and the
/// pooled text of SDXL's second encoder is made from it.
fn uses_last_layer(family: Family, kind: ClipKind) -> bool {
    match family {
        Family::Sd1 => true,
        Family::Sd2 => false,
        Family::Sdxl | Family::SdxlRefiner => kind == ClipKind::G,
    }
}

/// Values in the weights of the text encoders, the UNet and the VAE that will be read.
fn stage_values(model: &Model) -> [u64; 3] {
    let clips = model.clips.iter().map(|(config, part)| {
        let last = format!("encoder.layers.{}.", config.layers.saturating_sub(1));
        let whole = uses_last_layer(model.family, config.kind);
        values(part, &|name| {
            whole || !(name.starts_with(&last) || name == "text_projection.weight")
        })
    });
    let vae = match model.inpaint {
        true => values(&model.vae.1, &|_| true),
        false => decoder_values(&model.vae.1),
    };
    [clips.sum::<u64>(), values(&model.unet.1, &|_| true), vae]
}

/// Values in the tensors of `part` that are read.
fn values(part: &Part, is_read: &dyn Fn(&str) -> bool) -> u64 {
    let infos = part.names().filter(|name| is_read(name)).filter_map(|name| part.info(name));
    infos.map(|info| info.shape.iter().product::<usize>() as u64).sum()
}

/// Values of an autoencoder's second half.
fn decoder_values(vae: &Part) -> u64 {
    values(vae, &|name| !(name.starts_with("encoder.") || name.starts_with("quant_conv.")))
}

/// Counts bytes, tells of them, and turns a wish to stop into an error.
struct Progress<'a> {
    total: u64,
    /// By stage.
    done: [Cell<u64>; 3],
    on_event: RefCell<&'a mut dyn FnMut(Event) -> ControlFlow<()>>,
}

impl<'a> Progress<'a> {
    fn new(total: u64, on_event: &'a mut dyn FnMut(Event) -> ControlFlow<()>) -> Self {
        Self { total, done: Default::default(), on_event: RefCell::new(on_event) }
    }

    fn done(&self) -> u64 {
        self.done.iter().map(Cell::get).sum()
    }

    fn add(&self, stage: Stage, bytes: u64) -> Result<(), Error> {
        let of_stage = &self.done[stage as usize];
        of_stage.set(of_stage.get() + bytes);
        let done = self.done();
        let total = self.total.max(done);
        go_on((self.on_event.borrow_mut())(Event::LoadProgress { stage, done, total }))
    }
}

/// The answer to an event, for `?`: whoever was told of it may want no more.
pub fn go_on(flow: ControlFlow<()>) -> Result<(), Error> {
    match flow {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(()) => Err(Error::Cancelled { step: 0, steps: 0 }),
    }
}

#[cfg(test)]
mod tests;
