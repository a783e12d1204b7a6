//! Where the picture is on the screen: fitted, or at a scale of its own around a point of it. All
//! lengths are the screen's own pixels, so that a scale of 1 is pixel for pixel.

/// The largest scale, unless the picture is so small that fitting it is more.
const LARGEST: f64 = 32.0;
/// What one click of the wheel, or one key, multiplies the scale by.
const STEP: f64 = 1.25;

/// Width and height, or a point.
pub type Pair = (f64, f64);

/// How the picture is looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum View {
    /// All of it, as large as it goes.
    #[default]
    Fit,
    /// At a scale, with a point of the picture in the middle.
    Scaled {
        /// Pixels on the screen for one of the picture.
        scale: f64,
        /// In the picture's pixels.
        centre: Pair,
    },
}

/// Where the picture's corner is, and how large it is drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Place {
    /// From the left edge of the area.
    pub x: f64,
    /// From its upper edge.
    pub y: f64,
    /// Pixels on the screen for one of the picture.
    pub scale: f64,
}

/// A picture in the area that it is shown in.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Frame {
    /// The picture's size.
    pub picture: Pair,
    /// The area's.
    pub area: Pair,
}

impl Frame {
    /// The scale that shows all of the picture.
    pub fn fitting(self) -> f64 {
        (self.area.0 / self.picture.0).min(self.area.1 / self.picture.1)
    }

    /// Whether a picture of `scale` is larger than the area: across, and down.
    pub fn overflows(self, scale: f64) -> (bool, bool) {
        // Half a pixel of tolerance: fitting is a division.
        let (width, height) = (self.picture.0 * scale, self.picture.1 * scale);
        (width > self.area.0 + 0.5, height > self.area.1 + 0.5)
    }
}

impl View {
    /// The scale at which the picture is shown.
    pub fn scale(self, frame: Frame) -> f64 {
        match self {
            Self::Fit => frame.fitting(),
            Self::Scaled { scale, .. } => scale,
        }
    }

    /// The scale in percent; `None` while the picture fits by itself.
    pub fn percent(self) -> Option<f64> {
        match self {
            Self::Fit => None,
            Self::Scaled { scale, .. } => Some(100.0 * scale),
        }
    }

    /// Where the picture is drawn: on whole pixels, in the middle where there is room around it,
    /// else without a gap at any edge.
    pub fn place(self, frame: Frame) -> Place {
        let scale = self.scale(frame);
        let (x, y) = self.corner(frame);
        Place { x: x.round(), y: y.round(), scale }
    }

    /// The picture's corner, before it is put onto whole pixels.
    fn corner(self, frame: Frame) -> Pair {
        let scale = self.scale(frame);
        let centre = match self {
            Self::Fit => (frame.picture.0 / 2.0, frame.picture.1 / 2.0),
            Self::Scaled { centre, .. } => centre,
        };
        let along = |picture: f64, area: f64, centre: f64| {
            let room = area - picture * scale;
            if room >= 0.0 { room / 2.0 } else { (area / 2.0 - centre * scale).clamp(room, 0.0) }
        };
        (
            along(frame.picture.0, frame.area.0, centre.0),
            along(frame.picture.1, frame.area.1, centre.1),
        )
    }

    /// `clicks` of the wheel nearer, with what is at the point `at` staying there. Halts at pixel
    /// for pixel on the way past it; as far away as the picture fits, it is fitted.
    pub fn zoomed(self, frame: Frame, at: Pair, clicks: f64) -> Self {
        let fitting = frame.fitting();
        let old = self.scale(frame);
        let new = old * STEP.powf(clicks);
        let passes_one = (old - 1.0) * (new - 1.0) < 0.0 && (old - 1.0).abs() > 1e-6;
        let new = if passes_one || (new - 1.0).abs() < 0.01 { 1.0 } else { new };
        let new = new.clamp(fitting.min(1.0), fitting.max(LARGEST));
        let passes_fitting = clicks < 0.0 && new <= fitting && old >= fitting && fitting <= 1.0;
        if passes_fitting { Self::Fit } else { self.scaled(frame, at, new) }
    }

    /// Pixel for pixel, with what is at the point `at` staying there.
    pub fn actual(self, frame: Frame, at: Pair) -> Self {
        self.scaled(frame, at, 1.0)
    }

    fn scaled(self, frame: Frame, at: Pair, scale: f64) -> Self {
        let (corner, old) = (self.corner(frame), self.scale(frame));
        // The point of the picture that is at `at` now, and shall be afterwards.
        let along = |at: f64, corner: f64, area: f64| {
            let point = (at - corner) / old;
            point + (area / 2.0 - at) / scale
        };
        let centre = (along(at.0, corner.0, frame.area.0), along(at.1, corner.1, frame.area.1));
        Self::Scaled { scale, centre }.within(frame)
    }

    /// The picture moved by `by` on the screen, no farther than to its edges.
    pub fn panned(self, frame: Frame, by: Pair) -> Self {
        match self {
            Self::Fit => Self::Fit,
            Self::Scaled { scale, centre } => {
                let centre = (centre.0 - by.0 / scale, centre.1 - by.1 / scale);
                Self::Scaled { scale, centre }.within(frame)
            }
        }
    }

    /// The same place with the centre where it really is, so that moving back works at once.
    fn within(self, frame: Frame) -> Self {
        let Self::Scaled { scale, .. } = self else { return self };
        let corner = self.corner(frame);
        let centre =
            ((frame.area.0 / 2.0 - corner.0) / scale, (frame.area.1 / 2.0 - corner.1) / scale);
        Self::Scaled { scale, centre }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const WIDE: Frame = Frame { picture: (100.0, 50.0), area: (150.0, 150.0) };
    const LARGE: Frame = Frame { picture: (8192.0, 8192.0), area: (1024.0, 800.0) };

    /// The point of the picture that is at `at`.
    fn point(view: View, frame: Frame, at: Pair) -> Pair {
        let corner = view.corner(frame);
        let scale = view.scale(frame);
        ((at.0 - corner.0) / scale, (at.1 - corner.1) / scale)
    }

    fn near(a: Pair, b: Pair) -> bool {
        (a.0 - b.0).abs() < 1e-6 && (a.1 - b.1).abs() < 1e-6
    }

    #[test]
    fn a_fitted_picture_is_whole_and_in_the_middle() {
        assert_eq!(View::Fit.place(WIDE), Place { x: 0.0, y: 38.0, scale: 1.5 });
        let tall = Frame { picture: (50.0, 100.0), area: (150.0, 150.0) };
        assert_eq!(View::Fit.place(tall), Place { x: 38.0, y: 0.0, scale: 1.5 });
        assert_eq!(View::Fit.panned(WIDE, (10.0, 10.0)), View::Fit);
        assert_eq!(View::Fit.percent(), None);
    }

    #[test]
    fn pixel_for_pixel_is_on_whole_pixels() {
        for width in [99.0, 100.0, 101.0] {
            let frame = Frame { picture: (width, 51.0), area: (150.0, 150.0) };
            let place = View::Fit.actual(frame, (75.0, 75.0)).place(frame);
            assert_eq!(place.scale, 1.0);
            assert_eq!((place.x.fract(), place.y.fract()), (0.0, 0.0));
        }
        assert_eq!(View::Fit.actual(LARGE, (0.0, 0.0)).percent(), Some(100.0));
    }

    #[test]
    fn what_is_under_the_pointer_stays_there() {
        let at = (700.0, 300.0);
        let view = View::Fit.actual(LARGE, at);
        assert!(near(point(view, LARGE, at), point(View::Fit, LARGE, at)));
        let nearer = view.zoomed(LARGE, at, 3.0);
        assert!(near(point(nearer, LARGE, at), point(view, LARGE, at)));
        assert!(nearer.scale(LARGE) > 1.9);
    }

    #[test]
    fn edges_leave_no_gap_and_moving_back_works_at_once() {
        let view = View::Fit.actual(LARGE, (0.0, 0.0)).panned(LARGE, (1e6, 1e6));
        assert_eq!(view.place(LARGE), Place { x: 0.0, y: 0.0, scale: 1.0 });
        let back = view.panned(LARGE, (-10.0, -20.0));
        assert_eq!(back.place(LARGE), Place { x: -10.0, y: -20.0, scale: 1.0 });
        let end = view.panned(LARGE, (-1e6, -1e6)).place(LARGE);
        assert_eq!((end.x, end.y), (1024.0 - 8192.0, 800.0 - 8192.0));
    }

    #[test]
    fn zooming_halts_at_pixel_for_pixel_and_ends_fitted() {
        let mut view = View::Fit;
        let mut scales = Vec::new();
        for _ in 0..60 {
            view = view.zoomed(LARGE, (512.0, 400.0), 1.0);
            scales.push(view.scale(LARGE));
        }
        assert!(scales.contains(&1.0), "{scales:?}");
        assert_eq!(scales.last(), Some(&LARGEST));
        for _ in 0..60 {
            view = view.zoomed(LARGE, (512.0, 400.0), -1.0);
        }
        assert_eq!(view, View::Fit);
    }

    #[test]
    fn a_small_picture_goes_from_fitted_to_its_own_size_and_back() {
        let small = Frame { picture: (64.0, 64.0), area: (640.0, 480.0) };
        let view = View::Fit.zoomed(small, (320.0, 240.0), -50.0);
        assert_eq!(view.percent(), Some(100.0));
        assert!(view.zoomed(small, (320.0, 240.0), 50.0).scale(small) >= LARGEST);
        assert_eq!(view.zoomed(small, (320.0, 240.0), -1.0).percent(), Some(100.0));
        let dot = Frame { picture: (1.0, 1.0), area: (640.0, 480.0) };
        assert_eq!(View::Fit.zoomed(dot, (0.0, 0.0), 1.0).scale(dot), 480.0);
    }

    #[test]
    fn the_picture_overflows_only_by_more_than_nothing() {
        assert_eq!(WIDE.overflows(WIDE.fitting()), (false, false));
        assert_eq!(WIDE.overflows(2.0), (true, false));
        assert_eq!(LARGE.overflows(1.0), (true, true));
    }

    proptest! {
        #[test]
        fn the_picture_is_always_on_the_screen(
            picture in (1.0..9000.0, 1.0..9000.0),
            area in (1.0..4000.0, 1.0..4000.0),
            moves in prop::collection::vec((-20.0..20.0, -1e4..1e4, -1e4..1e4), 0..20),
        ) {
            let frame = Frame { picture, area };
            let mut view = View::Fit;
            for (clicks, x, y) in moves {
                view = view.zoomed(frame, (x, y), clicks).panned(frame, (x, y));
                let place = view.place(frame);
                for (corner, picture, area) in
                    [(place.x, picture.0, area.0), (place.y, picture.1, area.1)]
                {
                    let (start, end) = (corner, corner + picture * place.scale);
                    prop_assert!(start.is_finite() && place.scale.is_finite());
                    let inside = start >= -1.0 && end <= area + 1.0;
                    let covers = start <= 1.0 && end >= area - 1.0;
                    prop_assert!(inside || covers, "{:?} {:?}", place, frame);
                }
            }
        }
    }
}
