//! The search for a placement: every way to lay the parts out, the least trouble first.

use super::ledger::{Job, Ledger, Load};
use super::{Candidate, Choice, Fit, Mode, Placement, Why};
use crate::engine::device::{Device, Stage};
use crate::engine::error::{Error, Obstacle};
use crate::engine::memory::Work;

/// One way to lay the parts out.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Layout {
    /// Which of the homes the parts would all be in, if they had room.
    home: usize,
    /// Text encoders, UNet, VAE.
    devices: [Device; 3],
    trouble: Trouble,
}

/// How far a layout is from what one would wish for: smaller is better, from the first field on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Trouble {
    /// What the processor takes off a card: 1 for the text encoders, 2 for the autoencoder, more
    /// for everything.
    processor: u32,
    /// Whether parts that could be together are apart.
    apart: bool,
}

impl Layout {
    fn loads(&self) -> [Load; 3] {
        Stage::ALL.map(|stage| (stage, self.devices[stage as usize]))
    }
}

/// A search under way.
pub struct Spread<'a> {
    choice: &'a Choice<'a>,
    ledger: Ledger<'a>,
    homes: Vec<&'a Candidate>,
}

impl<'a> Spread<'a> {
    /// Over `candidates`, of which the parts may be at home in `homes`.
    pub fn new(
        candidates: &'a [Candidate],
        choice: &'a Choice<'a>,
        job: &'a Job<'a>,
        homes: Vec<&'a Candidate>,
    ) -> Self {
        Self { choice, ledger: Ledger { candidates, job }, homes }
    }

    /// The way with the least trouble, and with several cards at the same time where that can be.
    pub fn place(&self) -> Result<Placement, Error> {
        let layouts = self.layouts();
        let (layout, fit) = self.best(&layouts)?;
        let mode = Mode::of(layout.devices);
        let placement =
            Placement { why: self.why(&layout)?, fit, skipped: self.skipped(&layout)?, mode };
        if fit == Fit::WillNot {
            return Ok(placement);
        }
        let parallel = match self.queue_in_parallel()? {
            None => self.guidance_in_parallel(&layout)?,
            queue => queue,
        };
        Ok(match parallel {
            Some((mode, why)) => Placement { mode, why, ..placement },
            None => placement,
        })
    }

    /// Every layout that the choice allows, the least trouble first.
    fn layouts(&self) -> Vec<Layout> {
        let mut layouts = Vec::new();
        for (index, home) in self.homes.iter().enumerate() {
            let unet = self.choice.pin(Stage::Unet).unwrap_or(home.device);
            for clip in self.places(Stage::Clip, home.device) {
                for vae in self.places(Stage::Vae, home.device) {
                    let devices = [clip, unet, vae];
                    let trouble = self.trouble(home.device, devices);
                    layouts.push(Layout { home: index, devices, trouble });
                }
            }
        }
        // Among equals the better home stays first, and in it those that moved the least.
        layouts.sort_by_key(|layout| layout.trouble);
        layouts
    }

    /// Where `stage` may go when the model is at home in `home`, from there outwards.
    fn places(&self, stage: Stage, home: Device) -> Vec<Device> {
        if let Some(device) = self.choice.pin(stage) {
            return vec![device];
        }
        // What computes on the processor is not helped by a card that has no room for the rest.
        let mut places = vec![home];
        if home != Device::Cpu {
            let others = self.homes.iter().map(|home| home.device);
            places.extend(others.filter(|device| *device != home && *device != Device::Cpu));
            let works = |it: &&Candidate| it.device == Device::Cpu && it.obstacle.is_none();
            places.extend(self.ledger.candidates.iter().find(works).map(|it| it.device));
        }
        places
    }

    fn trouble(&self, home: Device, devices: [Device; 3]) -> Trouble {
        let moved =
            |stage: Stage| self.choice.pin(stage).is_none() && devices[stage as usize] != home;
        let to_processor = |stage| moved(stage) && devices[stage as usize] == Device::Cpu;
        let processor = match home {
            Device::Cpu => 4,
            _ => u32::from(to_processor(Stage::Clip)) + 2 * u32::from(to_processor(Stage::Vae)),
        };
        Trouble { processor, apart: Stage::ALL.into_iter().any(moved) }
    }

    /// The first layout that has room, and how much room that is.
    fn best(&self, layouts: &[Layout]) -> Result<(Layout, Fit), Error> {
        let mut unsupported = None;
        for like in layouts.chunk_by(|a, b| a.trouble == b.trouble) {
            for fit in [Fit::Fits, Fit::Tight] {
                if let Some(layout) = self.first_that_holds(like, fit, &mut unsupported) {
                    return Ok((layout, fit));
                }
            }
        }
        if let Some(layout) = self.first_that_holds(layouts, Fit::WillNot, &mut unsupported) {
            return Ok((layout, Fit::WillNot));
        }
        // What is said of it: together in the last home, where nothing else has helped, or in the
        // first that was named.
        let mut together: Vec<_> = layouts.iter().filter(|it| !it.trouble.apart).collect();
        if self.choice.wanted.is_empty() {
            together.reverse();
        }
        let mut shortages =
            together.iter().filter_map(|it| self.ledger.shortage(&it.loads()).ok().flatten());
        Err(shortages.next().or(unsupported).unwrap_or_else(|| Error::Internal {
            detail: "there is no device to place a model on".into(),
        }))
    }

    fn first_that_holds(
        &self,
        layouts: &[Layout],
        fit: Fit,
        unsupported: &mut Option<Error>,
    ) -> Option<Layout> {
        let holds = |layout: &&Layout| match self.ledger.holds(&layout.loads(), fit) {
            Ok(holds) => holds,
            Err(error) => {
                unsupported.get_or_insert(error);
                false
            }
        };
        layouts.iter().find(holds).copied()
    }

    fn why(&self, layout: &Layout) -> Result<Why, Error> {
        if (layout.home > 0 || layout.trouble.apart)
            && let Some((device, needed, available)) = self.too_small(0)?
        {
            return Ok(Why::TooLarge { device, needed, available });
        }
        Ok(match (self.choice, self.homes.len()) {
            (choice, _) if !choice.pinned.is_empty() => Why::Pinned,
            (choice, _) if !choice.wanted.is_empty() => Why::Chosen,
            (_, 1) => Why::OnlyOne,
            _ => Why::Best,
        })
    }

    /// A home that has no room for all that would be at home there: its device, the bytes that
    /// are needed at the least, and those that are free.
    fn too_small(&self, home: usize) -> Result<Option<(Device, u64, u64)>, Error> {
        let Some(home) = self.homes.get(home) else { return Ok(None) };
        let at_home = |stage| (stage, self.choice.pin(stage).unwrap_or(home.device));
        let loads = Stage::ALL.map(at_home);
        for fit in [Fit::WillNot, Fit::Tight, Fit::Fits] {
            let (needed, available) = match self.ledger.balance(&loads, home.device, fit) {
                // Not too small: it does not compute as asked.
                Err(Error::PrecisionUnsupported { .. }) => return Ok(None),
                balance => balance?,
            };
            if needed > available {
                return Ok(Some((home.device, needed, available)));
            }
        }
        Ok(None)
    }

    /// Of devices that nobody named: what is in the way of those before the home.
    fn skipped(&self, layout: &Layout) -> Result<Vec<(Device, Obstacle)>, Error> {
        let mut skipped = Vec::new();
        let Some(home) = self.homes.get(layout.home) else { return Ok(skipped) };
        if !self.choice.wanted.is_empty() {
            return Ok(skipped);
        }
        let before = self.ledger.candidates.iter().take_while(|it| it.device != home.device);
        let before = before.filter(|it| !layout.devices.contains(&it.device));
        for Candidate { device, obstacle, .. } in before {
            let index = self.homes.iter().position(|home| home.device == *device);
            let too_small = index.map_or(Ok(None), |index| self.too_small(index))?;
            let too_small =
                too_small.map(|(_, needed, available)| Obstacle::TooSmall { needed, available });
            skipped.extend(obstacle.clone().or(too_small).map(|obstacle| (*device, obstacle)));
        }
        Ok(skipped)
    }

    /// One whole model for each card that has room, where pictures wait for it.
    fn queue_in_parallel(&self) -> Result<Option<(Mode, Why)>, Error> {
        let Work { waiting, .. } = self.ledger.job.work;
        if !self.choice.able.queue_in_parallel || waiting < 2 || !self.choice.pinned.is_empty() {
            return Ok(None);
        }
        let mut devices = Vec::new();
        for device in self.cards() {
            if self.ledger.holds(&Stage::ALL.map(|stage| (stage, device)), Fit::Tight)? {
                devices.push(device);
            }
        }
        devices.truncate(waiting as usize);
        Ok((devices.len() > 1)
            .then_some((Mode::QueueInParallel { devices }, Why::PicturesWait { waiting })))
    }

    /// A second denoiser on another card, where both halves of the guidance are computed.
    fn guidance_in_parallel(&self, layout: &Layout) -> Result<Option<(Mode, Why)>, Error> {
        let able = self.choice.able.guidance_in_parallel && self.ledger.job.work.guided;
        if !able || self.choice.pin(Stage::Unet).is_some() {
            return Ok(None);
        }
        let [clip, unet, vae] = layout.devices;
        // Each card computes half of what one would.
        let half = Work { guided: false, ..self.ledger.job.work };
        let job = Job { work: half, ..*self.ledger.job };
        let ledger = Ledger { job: &job, ..self.ledger };
        for negative in self.cards().filter(|card| *card != unet) {
            let mut loads = layout.loads().to_vec();
            loads.push((Stage::Unet, negative));
            if self.is_card(unet) && ledger.holds(&loads, Fit::Tight)? {
                let mode = Mode::GuidanceInParallel { clip, unet, negative, vae };
                return Ok(Some((mode, Why::TwoDenoisers)));
            }
        }
        Ok(None)
    }

    /// The cards of the first one's kind: they are expected to keep step.
    fn cards(&self) -> impl Iterator<Item = Device> {
        let cards = self.homes.iter().map(|home| home.device);
        cards.filter(|device| self.is_card(*device))
    }

    fn is_card(&self, device: Device) -> bool {
        let kind = std::mem::discriminant(&device);
        let first = self.homes.iter().map(|home| home.device).find(|it| *it != Device::Cpu);
        first.is_some_and(|first| kind == std::mem::discriminant(&first))
    }
}
