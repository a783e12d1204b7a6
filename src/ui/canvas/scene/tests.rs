//! The scene on a surface in memory: which pixels come out, and how fast.

use super::*;
use crate::engine::Picture;
use std::time::{Duration, Instant};

/// A picture whose pixels differ from their neighbours in a checked way.
fn picture(width: u32, height: u32) -> Picture {
    let pixel = |x: u32, y: u32| [(x % 251) as u8, (y % 241) as u8, ((x ^ y) & 1) as u8 * 200];
    let rgb = (0..height).flat_map(|y| (0..width).flat_map(move |x| pixel(x, y))).collect();
    Picture { width, height, rgb }
}

fn plain(width: u32, height: u32, grey: u8) -> Drawing {
    let rgb = vec![grey; (3 * width * height) as usize];
    Drawing::new(&Picture { width, height, rgb }).unwrap()
}

fn scene(picture: &Picture) -> Scene {
    let mut scene = Scene::default();
    scene.show(Drawing::new(picture).unwrap()).unwrap();
    scene
}

/// What is drawn into `area`, as one number per pixel.
fn drawn(scene: &mut Scene, area: (i32, i32)) -> Vec<u32> {
    let surface = ImageSurface::create(Format::Rgb24, area.0, area.1).unwrap();
    let context = Context::new(&surface).unwrap();
    scene.draw(&context, (area.0.into(), area.1.into())).unwrap();
    drop(context);
    let mut pixels = Vec::new();
    surface
        .with_data(|bytes| {
            let all = bytes.as_chunks::<4>().0.iter();
            pixels.extend(all.map(|pixel| u32::from_ne_bytes(*pixel) & 0x00ff_ffff));
        })
        .unwrap();
    pixels
}

fn pixel(picture: &Picture, x: usize, y: usize) -> u32 {
    let start = 3 * (y * picture.width as usize + x);
    let [red, green, blue] = [0, 1, 2].map(|i| u32::from(picture.rgb[start + i]));
    red << 16 | green << 8 | blue
}

#[test]
fn pixel_for_pixel_every_pixel_is_the_pictures() {
    let picture = picture(300, 200);
    let mut scene = scene(&picture);
    let frame = scene.frame((101.0, 81.0)).unwrap();
    scene.view = View::Fit.actual(frame, (30.0, 60.0));
    let place = scene.view.place(frame);
    let (left, top) = (-place.x as usize, -place.y as usize);
    for (i, found) in drawn(&mut scene, (101, 81)).into_iter().enumerate() {
        assert_eq!(found, pixel(&picture, left + i % 101, top + i / 101));
    }
}

#[test]
fn from_twice_the_size_on_pixels_are_squares_and_before_they_are_smooth() {
    let picture = picture(40, 40);
    let mut scene = scene(&picture);
    for (i, found) in drawn(&mut scene, (160, 160)).into_iter().enumerate() {
        assert_eq!(found, pixel(&picture, i % 160 / 4, i / 160 / 4));
    }
    let blended = drawn(&mut scene, (60, 60));
    let blues: Vec<u32> = blended.iter().map(|pixel| pixel & 0xff).collect();
    assert!(blues.iter().any(|blue| (20..180).contains(blue)));
}

#[test]
fn a_fitted_picture_has_hard_edges_and_the_mat_beside_it() {
    let mut scene = Scene::default();
    scene.show(plain(1500, 999, 200)).unwrap();
    let pixels = drawn(&mut scene, (300, 300));
    let column: Vec<u32> = pixels.iter().skip(150).step_by(300).copied().collect();
    let shown = column.iter().filter(|pixel| **pixel == 0x00c8_c8c8).count();
    assert!((199..=201).contains(&shown), "{shown}");
    assert!(column.iter().all(|pixel| [0, 0x00c8_c8c8].contains(pixel)));
}

#[test]
fn a_preview_takes_the_pictures_place_and_gives_it_back() {
    let mut scene = Scene::default();
    scene.preview(plain(8, 8, 90)).unwrap();
    assert!(!scene.has_picture() && scene.texture().is_none());
    assert!(drawn(&mut scene, (64, 64)).iter().all(|pixel| *pixel == 0x005a_5a5a));
    scene.end_preview();
    assert!(drawn(&mut scene, (64, 64)).iter().all(|pixel| *pixel == 0));
    scene.show(plain(64, 64, 200)).unwrap();
    scene.view = View::Fit.actual(scene.frame((128.0, 128.0)).unwrap(), (64.0, 64.0));
    let before = drawn(&mut scene, (128, 128));
    scene.preview(plain(8, 8, 200)).unwrap();
    assert_eq!(drawn(&mut scene, (128, 128)), before, "where the picture is looked at");
    scene.preview(plain(16, 8, 200)).unwrap();
    assert_ne!(drawn(&mut scene, (128, 128)), before, "another shape is fitted");
}

#[test]
fn the_view_stays_for_the_next_picture_of_the_same_size() {
    let mut scene = scene(&picture(64, 64));
    let actual = View::Fit.actual(scene.frame((32.0, 32.0)).unwrap(), (0.0, 0.0));
    scene.view = actual;
    scene.show(plain(64, 64, 1)).unwrap();
    assert_eq!(scene.view, actual);
    scene.show(plain(64, 65, 1)).unwrap();
    assert_eq!(scene.view, View::Fit);
    scene.show(plain(0, 0, 1)).unwrap();
    assert!(!scene.has_picture() && scene.frame((10.0, 10.0)).is_none());
    assert!(scene.texture().is_none());
}

#[test]
fn the_copy_for_others_is_the_picture() {
    let picture = picture(5, 3);
    let scene = scene(&picture);
    let texture = scene.texture().unwrap();
    assert_eq!(scene.texture().as_ref(), Some(&texture), "made once, not when it is asked for");
    let mut bytes = vec![0; 4 * 5 * 3];
    gdk::prelude::TextureExtManual::download(&texture, &mut bytes, 4 * 5);
    for (i, found) in bytes.as_chunks::<4>().0.iter().enumerate() {
        let expected = pixel(&picture, i % 5, i / 5) | 0xff00_0000;
        assert_eq!(u32::from_ne_bytes(*found), expected);
    }
}

/// Not a promise of a rate, which the machine decides, but that no frame reads all of the picture.
#[test]
fn a_large_picture_zooms_and_pans_smoothly() {
    let area = (1280, 900);
    let frame_time = |scene: &mut Scene, name: &str| {
        let surface = ImageSurface::create(Format::Rgb24, area.0, area.1).unwrap();
        let context = Context::new(&surface).unwrap();
        let begin = Instant::now();
        scene.draw(&context, (area.0.into(), area.1.into())).unwrap();
        let elapsed = begin.elapsed();
        println!("{name}: {elapsed:?}");
        elapsed
    };
    let begin = Instant::now();
    let drawing = plain(8192, 8192, 90);
    println!("made: {:?}", begin.elapsed());
    let mut scene = Scene::default();
    scene.show(drawing).unwrap();
    let mut worst = frame_time(&mut scene, "fitted, first");
    worst = worst.max(frame_time(&mut scene, "fitted"));
    let frame = scene.frame((area.0.into(), area.1.into())).unwrap();
    for _ in 0..18 {
        scene.view = scene.view.zoomed(frame, (500.0, 200.0), 1.0);
        let name = format!("{:.0} %", scene.view.percent().unwrap());
        worst = worst.max(frame_time(&mut scene, &name));
    }
    assert!(worst < Duration::from_millis(500), "{worst:?}");
}
