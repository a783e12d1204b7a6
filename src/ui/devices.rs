//! The graphics cards as check boxes, looked for and tested away from the window: their drivers
//! take a second, or crash, or never answer.

mod card;

use crate::engine::{self, Device, DeviceFacts, Error, Event, UndrivenCard};
use crate::engine_process::{self, DRIVER_PATIENCE, Launch, TEST_PATIENCE};
use crate::i18n::{text, text_with};
use crate::wording;
use card::{Card, CardInit, CardInput, CardOutput, Test};
use gtk::prelude::*;
use relm4::factory::FactoryVecDeque;
use relm4::{Component, ComponentParts, ComponentSender, gtk};

/// What the list starts with.
#[derive(Clone, Debug)]
pub struct DevicesInit {
    /// The program that asks the drivers.
    pub engine: Launch,
    /// Whether tests can be asked for.
    pub can_test: bool,
}

/// The list.
pub struct Devices {
    engine: Launch,
    can_test: bool,
    /// The devices in the settings.
    before: Vec<Device>,
    cards: FactoryVecDeque<Card>,
    /// Cards that are plugged in and that no driver offers.
    undriven: Vec<UndrivenCard>,
    /// The processor's facts, once the machine was looked at.
    processor: Option<DeviceFacts>,
    /// Why nothing but the processor is known, where looking for cards failed.
    failure: Option<Error>,
    /// Whether somebody ticked or unticked a card.
    is_touched: bool,
}

/// What the list is asked.
#[derive(Debug)]
pub enum DevicesInput {
    /// Show these as the ones in the settings, and look at the machine if that is still to do.
    Open(Vec<Device>),
    /// Look at the machine once more.
    LookAgain,
    /// A card was ticked or unticked.
    Touched,
    /// Test a card, whatever was found before.
    Test(Device),
    /// Say everything again: the language is another.
    Reword,
}

/// What became of it.
#[derive(Debug)]
pub enum DevicesOutput {
    /// The machine was looked at.
    Found,
}

/// What background work brings.
#[derive(Debug)]
pub enum DevicesCommand {
    /// All devices of this machine, or why they are not known, and the cards without a driver.
    Found(Result<Vec<DeviceFacts>, Error>, Vec<UndrivenCard>),
    /// The test of a card is as far as this.
    Testing(Device, Test),
    /// The test of a card is over: what is known of all devices now.
    Tested(Device, Result<Vec<DeviceFacts>, Error>),
}

impl Devices {
    /// The devices to use, best first; none while they are looked for.
    pub fn chosen(&self) -> Option<Vec<Device>> {
        self.processor.as_ref()?;
        Some(in_order(self.ticked().collect(), &self.before))
    }

    /// The same, if somebody has changed it.
    pub fn changed(&self) -> Option<Vec<Device>> {
        self.chosen().filter(|_| self.is_touched)
    }

    /// The same in words.
    pub fn names(&self) -> String {
        let Some(processor) = &self.processor else { return text("setup-devices-unknown") };
        let names: Vec<_> = self.ticked().map(|facts| facts.name.clone()).collect();
        if names.is_empty() { processor.name.clone() } else { names.join(", ") }
    }

    /// Whether there are cards to choose from.
    pub fn has_cards(&self) -> bool {
        !self.cards.is_empty()
    }

    fn ticked(&self) -> impl Iterator<Item = &DeviceFacts> {
        self.cards.iter().filter(|card| card.is_ticked()).map(Card::facts)
    }

    fn open(&mut self, before: Vec<Device>, sender: &ComponentSender<Self>) {
        self.before = before;
        self.is_touched = false;
        let facts: Vec<_> = self.cards.iter().map(|card| card.facts().clone()).collect();
        match (&self.processor, &self.failure) {
            (Some(_), None) => self.show(facts),
            _ => self.look(sender),
        }
    }

    fn look(&mut self, sender: &ComponentSender<Self>) {
        (self.processor, self.failure) = (None, None);
        let engine = self.engine.clone();
        sender.spawn_oneshot_command(move || {
            let found = engine_process::devices(&engine, DRIVER_PATIENCE);
            // Where no driver could be asked, none is known to be missing.
            let known = found.as_deref().ok();
            let undriven = known.map(engine::undriven_cards).unwrap_or_default();
            DevicesCommand::Found(found, undriven)
        });
    }

    fn test(&mut self, device: Device, sender: &ComponentSender<Self>) {
        self.note_test(device, &Test::Running { done: 0, total: 0 });
        let engine = self.engine.clone();
        sender.spawn_command(move |news| {
            let on_event = &mut |event: Event| {
                if let Event::DeviceTesting { done, total, .. } = event {
                    let _ =
                        news.send(DevicesCommand::Testing(device, Test::Running { done, total }));
                }
            };
            let tested = engine_process::test_again(&engine, device, TEST_PATIENCE, on_event);
            let _ = news.send(DevicesCommand::Tested(device, tested));
        });
    }

    /// Tells the card with this name; the others have to wait for its test.
    fn note_test(&self, device: Device, test: &Test) {
        let others = match test {
            Test::Running { .. } => Test::Barred,
            _ => Test::Idle,
        };
        for (index, card) in self.cards.iter().enumerate() {
            let is_it = card.facts().device == device;
            self.cards.send(index, CardInput::Test(if is_it { test } else { &others }.clone()));
        }
    }

    /// Shows what is known of the cards now; what is ticked stays so, unless it failed.
    fn tested(&mut self, device: Device, tested: Result<Vec<DeviceFacts>, Error>) {
        let facts = match tested {
            Ok(facts) => facts,
            Err(error) => {
                return self.note_test(device, &Test::Failed(wording::error(&error)));
            }
        };
        let ticked: Vec<_> = self.ticked().map(|facts| facts.device).collect();
        let shown: Vec<_> = self.cards.iter().map(|card| card.facts().device).collect();
        let is_ticked = |facts: &DeviceFacts| facts.is_usable() && ticked.contains(&facts.device);
        self.fill(cards(facts, &shown), is_ticked);
    }

    fn show(&mut self, facts: Vec<DeviceFacts>) {
        let before = self.before.clone();
        self.fill(facts, |facts| is_used(facts, &before));
    }

    fn fill(&mut self, facts: Vec<DeviceFacts>, is_ticked: impl Fn(&DeviceFacts) -> bool) {
        let mut cards = self.cards.guard();
        cards.clear();
        for facts in facts {
            let is_ticked = is_ticked(&facts);
            cards.push_back(CardInit { is_ticked, facts, can_test: self.can_test });
        }
    }

    /// Cards that cannot be used for want of a driver, and what a link between cards is good for.
    fn notes(&self) -> String {
        let undriven = self.undriven.iter().map(|card| {
            let reason = [("reason", wording::undriven(card).into())];
            format!("{} {}", text_with("devices-unusable", reason), wording::undriven_hint(card))
        });
        let cards: Vec<_> = self.cards.iter().map(|card| card.facts().clone()).collect();
        undriven.chain(wording::between_cards(&cards)).collect::<Vec<_>>().join("\n")
    }

    fn found(&mut self, found: Result<Vec<DeviceFacts>, Error>) {
        let (facts, failure) = known(found);
        self.failure = failure;
        self.processor = facts.iter().find(|facts| facts.device == Device::Cpu).cloned();
        self.show(cards(facts, &self.before));
    }

    /// What computes where no card does.
    fn processor_line(&self) -> String {
        let Some(processor) = &self.processor else { return String::new() };
        let places = [
            ("name", processor.name.clone().into()),
            ("memory", wording::bytes(processor.total).into()),
        ];
        if let Some(failure) = &self.failure {
            let reason = [("reason", wording::error(failure).into())];
            return text_with("devices-failed", places.into_iter().chain(reason));
        }
        if self.cards.is_empty() && self.undriven.is_empty() {
            return text_with("devices-none", places);
        }
        match self.has_usable() {
            true => text_with("devices-processor", places),
            false => text_with("devices-none-usable", places),
        }
    }

    fn has_usable(&self) -> bool {
        self.cards.iter().any(|card| card.facts().is_usable())
    }
}

/// What there is to choose from, and what went wrong: the processor is there without any driver.
fn known(found: Result<Vec<DeviceFacts>, Error>) -> (Vec<DeviceFacts>, Option<Error>) {
    match found {
        Ok(facts) => (facts, None),
        Err(error) => (vec![DeviceFacts::processor()], Some(error)),
    }
}

/// How far down the list a device belongs: works, is to be tested first, is slow, cannot be used.
fn reluctance(facts: &DeviceFacts) -> u8 {
    use engine::Obstacle;
    match facts.obstacle {
        None => 0,
        Some(Obstacle::Unproven) => 1,
        Some(Obstacle::Software) => 2,
        Some(_) => 3,
    }
}

/// Whether the device is ticked at first: as the settings say, or, where they say nothing, if it
/// is a real card.
fn is_used(facts: &DeviceFacts, before: &[Device]) -> bool {
    match before {
        [] => reluctance(facts) < 2,
        named => facts.is_usable() && named.contains(&facts.device),
    }
}

/// Every graphics card once, as the settings name it where they do.
fn cards(facts: Vec<DeviceFacts>, before: &[Device]) -> Vec<DeviceFacts> {
    let cards = facts.into_iter().filter(|facts| facts.device != Device::Cpu).collect();
    engine::one_per_card(cards, before)
}

/// The ticked devices, best first: those of the settings in their order, then the others as they
/// are listed, those that work first. The processor where none is ticked.
fn in_order(mut ticked: Vec<&DeviceFacts>, before: &[Device]) -> Vec<Device> {
    let place = |facts: &DeviceFacts| before.iter().position(|device| *device == facts.device);
    ticked.sort_by_key(|facts| (place(facts).unwrap_or(usize::MAX), reluctance(facts)));
    match ticked[..] {
        [] => vec![Device::Cpu],
        _ => ticked.iter().map(|facts| facts.device).collect(),
    }
}

#[relm4::component(pub)]
impl Component for Devices {
    type Init = DevicesInit;
    type Input = DevicesInput;
    type Output = DevicesOutput;
    type CommandOutput = DevicesCommand;

    view! {
        gtk::Box {
            set_orientation: gtk::Orientation::Vertical,
            set_spacing: 12,

            gtk::Box {
                set_spacing: 8,
                #[watch]
                set_visible: model.processor.is_none(),
                gtk::Spinner {
                    #[watch]
                    set_spinning: model.processor.is_none(),
                },
                gtk::Label {
                    #[watch]
                    set_label: &text("devices-looking"),
                },
            },
            append: model.cards.widget(),
            gtk::Label {
                #[watch]
                set_label: &model.notes(),
                #[watch]
                set_visible: !model.notes().is_empty(),
                set_xalign: 0.0,
                set_wrap: true,
            },
            gtk::Label {
                #[watch]
                set_label: &model.processor_line(),
                #[watch]
                set_visible: model.processor.is_some(),
                #[watch]
                set_css_classes: if model.has_usable() { &["dim-label"] } else { &[] },
                set_xalign: 0.0,
                set_wrap: true,
            },
            gtk::Button {
                #[watch]
                set_label: &text("devices-again"),
                #[watch]
                set_visible: model.failure.is_some(),
                set_halign: gtk::Align::Start,
                connect_clicked => DevicesInput::LookAgain,
            },
        }
    }

    fn init(
        DevicesInit { engine, can_test }: DevicesInit,
        root: Self::Root,
        sender: ComponentSender<Self>,
    ) -> ComponentParts<Self> {
        let list = gtk::Box::new(gtk::Orientation::Vertical, 12);
        let cards = FactoryVecDeque::builder().launch(list);
        let cards = cards.forward(sender.input_sender(), |output| match output {
            CardOutput::Touched => DevicesInput::Touched,
            CardOutput::Test(device) => DevicesInput::Test(device),
        });
        let model = Self {
            engine,
            can_test,
            before: Vec::new(),
            cards,
            undriven: Vec::new(),
            processor: None,
            failure: None,
            is_touched: false,
        };
        let widgets = view_output!();
        ComponentParts { model, widgets }
    }

    fn update(&mut self, message: DevicesInput, sender: ComponentSender<Self>, _root: &Self::Root) {
        match message {
            DevicesInput::Open(before) => self.open(before, &sender),
            DevicesInput::LookAgain => self.look(&sender),
            DevicesInput::Touched => self.is_touched = true,
            DevicesInput::Test(device) => self.test(device, &sender),
            DevicesInput::Reword => self.cards.broadcast(CardInput::Reword),
        }
    }

    fn update_cmd(
        &mut self,
        news: DevicesCommand,
        sender: ComponentSender<Self>,
        _root: &Self::Root,
    ) {
        match news {
            DevicesCommand::Found(found, undriven) => {
                self.undriven = undriven;
                self.found(found);
            }
            DevicesCommand::Testing(device, test) => return self.note_test(device, &test),
            DevicesCommand::Tested(device, tested) => self.tested(device, tested),
        }
        let _ = sender.output(DevicesOutput::Found);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Obstacle;

    fn facts(device: Device, pci: &str, obstacle: Option<Obstacle>) -> DeviceFacts {
        DeviceFacts {
            name: format!("card {device}"),
            pci: pci.parse().ok(),
            total: 24_000_000_000,
            free: 24_000_000_000,
            obstacle,
            ..DeviceFacts::of(device)
        }
    }

    /// Two NVIDIA cards, which Vulkan knows as well, another card, and the processor.
    fn machine(cuda: Option<Obstacle>) -> Vec<DeviceFacts> {
        vec![
            facts(Device::Cuda(0), "00000000:41:00.0", cuda.clone()),
            facts(Device::Cuda(1), "00000000:42:00.0", cuda),
            facts(Device::Vulkan(0), "0000:41:00.0", Some(Obstacle::Unproven)),
            facts(Device::Vulkan(1), "0000:42:00.0", Some(Obstacle::Unproven)),
            facts(Device::Vulkan(2), "0000:05:00.0", Some(Obstacle::Unproven)),
            facts(Device::Vulkan(3), "", Some(Obstacle::Software)),
            facts(Device::Cpu, "", None),
        ]
    }

    fn names(cards: &[DeviceFacts]) -> Vec<Device> {
        cards.iter().map(|facts| facts.device).collect()
    }

    #[test]
    fn every_card_is_listed_once_as_it_can_be_used() {
        use Device::{Cuda, Vulkan};
        let found = cards(machine(Some(Obstacle::Unproven)), &[]);
        assert_eq!(names(&found), [Cuda(0), Cuda(1), Vulkan(2), Vulkan(3)]);
        let found = cards(machine(Some(Obstacle::NoCudaCompiler)), &[]);
        assert_eq!(names(&found), [Vulkan(0), Vulkan(1), Vulkan(2), Vulkan(3)]);
        let found = cards(machine(None), &[Vulkan(1)]);
        assert_eq!(names(&found), [Cuda(0), Vulkan(1), Vulkan(2), Vulkan(3)]);
    }

    #[test]
    fn a_driver_that_fails_leaves_the_processor_and_the_settings() {
        let gone = Error::EngineGone { status: "signal 11, SIGSEGV".into() };
        let (facts, failure) = known(Err(gone.clone()));
        assert_eq!((names(&facts), failure), (vec![Device::Cpu], Some(gone)));
        assert!(facts[0].is_usable() && !facts[0].name.is_empty());
        let (facts, failure) = known(Ok(machine(None)));
        assert!(facts.len() == 7 && failure.is_none());
    }

    #[test]
    fn at_first_real_cards_are_ticked_then_those_of_the_settings() {
        let ticked = |before: &[Device]| {
            let found = cards(machine(Some(Obstacle::Unproven)), before);
            found.into_iter().filter(|facts| is_used(facts, before)).collect::<Vec<_>>()
        };
        let [a, b, c, d] = [Device::Cuda(0), Device::Cuda(1), Device::Vulkan(2), Device::Vulkan(3)];
        assert_eq!(names(&ticked(&[])), [a, b, c]);
        assert_eq!(names(&ticked(&[d, b])), [b, d]);
        assert_eq!(names(&ticked(&[Device::Cpu])), []);
        let broken = facts(a, "", Some(Obstacle::NoCudaDriver));
        assert!(!is_used(&broken, &[]) && !is_used(&broken, &[a]) && !broken.is_usable());
    }

    #[test]
    fn the_best_is_named_first_and_the_settings_order_is_kept() {
        let [a, b, c] = [
            facts(Device::Vulkan(0), "", Some(Obstacle::Software)),
            facts(Device::Cuda(0), "", Some(Obstacle::Unproven)),
            facts(Device::Cuda(1), "", None),
        ];
        let order = |before: &[Device]| in_order(vec![&a, &b, &c], before);
        assert_eq!(order(&[]), [c.device, b.device, a.device]);
        assert_eq!(order(&[b.device, Device::Cpu]), [b.device, c.device, a.device]);
        assert_eq!(in_order(Vec::new(), &[a.device]), [Device::Cpu]);
    }
}
