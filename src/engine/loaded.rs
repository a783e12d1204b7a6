//! A model in memory: its files read, its stages placed on their devices.

use super::backend;
use super::backend::{OnRead, Site};
use super::decode::LoadedVae;
use super::denoise::LoadedUnet;
use super::device::{Device, Stage};
use super::error::Error;
use super::event::{Event, ModelSummary, StageSummary};
use super::family::{ClipKind, Family, Model, Part, Prediction, resolve};
use super::memory;
use super::placement::{Candidate, Placement, place};
use super::request::ModelRequest;
use super::schedule::NoiseSchedule;
use super::stage::TextEncoder;
use super::weights::{self, Source};
use std::cell::{Cell, RefCell};
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Instant, SystemTime};

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
    fn open(request: &ModelRequest) -> Result<Self, Error> {
        let open = |path: &PathBuf| weights::open(path);
        Ok(Self {
            checkpoint: open(&request.checkpoint)?,
            vae: request.vae.as_ref().map(open).transpose()?,
            clip: request.clip.iter().map(open).collect::<Result<_, _>>()?,
        })
    }
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
        }
    }

    /// Whether this is what `request` asks for, from files that have not changed.
    pub fn is(&self, request: &ModelRequest) -> bool {
        self.unet.is_there() && self.identity == Identity::of(request)
    }

    /// Takes into the summary what became of the UNet while it was at work.
    pub fn note_unet(&mut self) {
        let Site { device, precision } = self.unet.site();
        let stages = self.summary.stages.iter_mut();
        for stage in stages.filter(|found| found.stage == Stage::Unet) {
            let values = stage.bytes / Site { device, precision: stage.precision }.value_bytes();
            *stage = StageSummary {
                device,
                precision,
                bytes: values * self.unet.site().value_bytes(),
                ..*stage
            };
        }
        self.summary.weight_bytes = self.summary.stages.iter().map(|stage| stage.bytes).sum();
    }

    /// Reads the model that `request` names onto some of the `candidates`.
    pub fn load(
        request: &ModelRequest,
        candidates: &[Candidate],
        on_event: &mut dyn FnMut(Event) -> ControlFlow<()>,
    ) -> Result<Self, Error> {
        Self::load_from(Files::open(request)?, request, candidates, on_event)
    }

    /// The same from files that are open already.
    pub fn load_from(
        files: Files,
        request: &ModelRequest,
        candidates: &[Candidate],
        on_event: &mut dyn FnMut(Event) -> ControlFlow<()>,
    ) -> Result<Self, Error> {
        let started = Instant::now();
        let identity = Identity::of(request);
        let (model, sites) = find(&files, request, candidates, on_event)?;
        let needed = needed_bytes(&model, &sites);
        let progress = Progress::new(needed.iter().map(|(_, bytes)| bytes).sum(), on_event);
        memory::check_weights(&needed)?;
        let (encoders, unet, vae) = read_stages(&model, &sites, &progress)?;
        let summary = ModelSummary {
            family: model.family.name().into(),
            prediction: model.prediction.name().into(),
            stages: vec![
                progress.summary(Stage::Clip, sites.clip),
                progress.summary(Stage::Unet, sites.unet),
                progress.summary(Stage::Vae, sites.vae),
            ],
            load_s: started.elapsed().as_secs_f64(),
            weight_bytes: progress.done(),
        };
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
        })
    }

    /// Reads the autoencoder alone: all that a finished latent needs.
    pub fn load_vae(
        request: &ModelRequest,
        candidates: &[Candidate],
        on_event: &mut dyn FnMut(Event) -> ControlFlow<()>,
    ) -> Result<(LoadedVae, ModelSummary), Error> {
        let started = Instant::now();
        let (model, sites) = find(&Files::open(request)?, request, candidates, on_event)?;
        let [_, _, needed] = needed_bytes(&model, &sites);
        let progress = Progress::new(needed.1, on_event);
        memory::check_weights(&[needed])?;
        let vae = read_vae(&model, sites.vae, false, &progress)?;
        let summary = ModelSummary {
            family: model.family.name().into(),
            prediction: model.prediction.name().into(),
            stages: vec![progress.summary(Stage::Vae, sites.vae)],
            load_s: started.elapsed().as_secs_f64(),
            weight_bytes: progress.done(),
        };
        Ok((vae, summary))
    }
}

/// What the files hold, and where each stage of it goes.
fn find(
    files: &Files,
    request: &ModelRequest,
    candidates: &[Candidate],
    on_event: &mut dyn FnMut(Event) -> ControlFlow<()>,
) -> Result<(Model, Sites), Error> {
    let model = resolve(&files.checkpoint, files.vae.as_ref(), &files.clip)?;
    let placement = place(candidates, &request.devices, &request.place)?;
    let sites = Sites::new(&placement, model.family, request)?;
    for (device, obstacle) in &placement.skipped {
        let (device, obstacle) = (*device, obstacle.clone());
        go_on(on_event(Event::DeviceSkipped { device, obstacle }))?;
    }
    Ok((model, sites))
}

/// Where each stage goes, and what it computes in.
struct Sites {
    clip: Site,
    unet: Site,
    vae: Site,
}

impl Sites {
    fn new(placement: &Placement, family: Family, request: &ModelRequest) -> Result<Self, Error> {
        let site = |stage, device| {
            let precision = backend::precision(device, stage, family, request.precision)?;
            Ok(Site { device, precision })
        };
        Ok(Self {
            clip: site(Stage::Clip, placement.clip)?,
            unet: site(Stage::Unet, placement.unet)?,
            vae: site(Stage::Vae, placement.vae)?,
        })
    }
}

type Stages = (Vec<Box<dyn TextEncoder>>, LoadedUnet, LoadedVae);

fn read_stages(model: &Model, sites: &Sites, progress: &Progress) -> Result<Stages, Error> {
    let on_read = |stage| move |bytes| progress.add(stage, bytes);
    let mut encoders = Vec::new();
    for (config, part) in &model.clips {
        let with_last = uses_last_layer(model.family, config.kind);
        let on_read = on_read(Stage::Clip);
        encoders.push(backend::text_encoder(sites.clip, config, with_last, part, &on_read)?);
    }
    let unet = read_unet(model, sites.unet, &on_read(Stage::Unet))?;
    Ok((encoders, unet, read_vae(model, sites.vae, model.inpaint, progress)?))
}

fn read_unet(model: &Model, site: Site, on_read: OnRead) -> Result<LoadedUnet, Error> {
    let (config, part) = model.unet.clone();
    let stage = backend::denoiser(site, &config, &part, on_read)?;
    let read = move |site: Site| {
        let needed = site.value_bytes() * values(&part, &|_| true);
        memory::check_weights(&[(site.device, needed)])?;
        backend::denoiser(site, &config, &part, &|_| Ok(()))
    };
    let spares = if site.device == Device::Cpu { Vec::new() } else { vec![Site::PROCESSOR] };
    Ok(LoadedUnet::new(stage, site, spares, Box::new(read)))
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

/// Bytes of all weights that will be read, by the stages' devices and in their number types.
fn needed_bytes(model: &Model, sites: &Sites) -> [(Device, u64); 3] {
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
    let stages = [
        (sites.clip, clips.sum::<u64>()),
        (sites.unet, values(&model.unet.1, &|_| true)),
        (sites.vae, vae),
    ];
    stages.map(|(site, values)| (site.device, site.value_bytes() * values))
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

    fn summary(&self, stage: Stage, site: Site) -> StageSummary {
        let Site { device, precision } = site;
        StageSummary { stage, device, precision, bytes: self.done[stage as usize].get() }
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
