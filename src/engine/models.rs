//! The three models of Stable Diffusion, layer by layer as the published checkpoints name them.

pub mod clip;
pub mod unet;
pub mod vae;
