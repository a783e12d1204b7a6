//! Where the stages of a model go, and what they compute in.

use crate::engine::backend::{self, Site};
use crate::engine::device::{Device, Stage};
use crate::engine::error::Error;
use crate::engine::event::StageSummary;
use crate::engine::family::Family;
use crate::engine::placement::{Candidate, Placement};
use crate::engine::request::ModelRequest;

/// Where each stage goes.
pub struct Sites {
    stages: [Site; 3],
    /// For a second UNet, which computes the other half of the guidance.
    pub negative: Option<Site>,
    /// Where the UNet can go on when memory runs out, best first.
    pub spares: Vec<Site>,
}

impl Sites {
    /// As `placement` says, with what it left of the `candidates` to fall back on.
    pub fn new(
        placement: &Placement,
        candidates: &[Candidate],
        family: Family,
        request: &ModelRequest,
    ) -> Result<Self, Error> {
        let site = |stage, device| {
            let precision = backend::precision(device, stage, family, request.precision)?;
            Ok(Site { device, precision })
        };
        let [clip, unet, vae] = Stage::ALL.map(|stage| site(stage, placement.device(stage)));
        let unet = unet?;
        let negative = placement.mode.negative();
        // A pinned UNet stays where it is.
        let is_pinned = request.place.iter().any(|(stage, _)| *stage == Stage::Unet);
        let is_free = |it: &&Candidate| {
            let is_named = request.devices.contains(&it.device);
            // What nobody named has to have passed its test.
            let is_usable = it.obstacle.is_none() || is_named && it.is_there();
            let is_taken =
                [Some(unet.device), Some(Device::Cpu), negative].contains(&Some(it.device));
            is_usable && !is_taken && (is_named || request.devices.is_empty())
        };
        let others = candidates.iter().filter(is_free);
        let cards = others.filter_map(|it| site(Stage::Unet, it.device).ok());
        // Slow is better than nothing, whatever was named.
        let processor = (unet.device != Device::Cpu).then_some(Site::PROCESSOR);
        let spares = if is_pinned { Vec::new() } else { cards.chain(processor).collect() };
        Ok(Self {
            stages: [clip?, unet, vae?],
            negative: negative.map(|device| site(Stage::Unet, device)).transpose()?,
            spares,
        })
    }

    /// Where `stage` goes.
    pub fn of(&self, stage: Stage) -> Site {
        self.stages[stage as usize]
    }

    /// All weights, for stages of so many `values`.
    pub fn summary(&self, values: [u64; 3]) -> Vec<StageSummary> {
        let stages = Stage::ALL.map(|stage| summary(stage, self.of(stage), values));
        let negative = self.negative.map(|site| summary(Stage::Unet, site, values));
        stages.into_iter().chain(negative).collect()
    }

    /// Bytes of weights, by the stages' devices and in their number types.
    pub fn weights(&self, values: [u64; 3]) -> Vec<(Device, u64)> {
        self.summary(values).iter().map(|stage| (stage.device, stage.bytes)).collect()
    }

    /// Bytes of all of them.
    pub fn needed(&self, values: [u64; 3]) -> u64 {
        self.weights(values).iter().map(|(_, bytes)| bytes).sum()
    }
}

/// `stage` at `site`, for stages of so many `values`.
pub fn summary(stage: Stage, site: Site, values: [u64; 3]) -> StageSummary {
    let Site { device, precision } = site;
    let bytes = values[stage as usize] * site.value_bytes();
    StageSummary { stage, device, precision, bytes }
}
