//! Every tensor of a model part, by canonical name and shape, as its dimensions demand.
//!
//! Canonical names are those of the published files without their prefixes: LDM names for the UNet
//! and the VAE, transformers names for the text encoders. One list serves the check of a file
//! before anything is loaded, and the making of seeded models.

use super::{ClipConfig, UnetConfig, VaeConfig};

/// Rows of the token table: the size of CLIP's vocabulary.
pub const VOCABULARY: usize = 49408;
/// Rows of the position table: tokens per chunk.
pub const CONTEXT_LENGTH: usize = 77;
/// Channels that come out of every UNet here.
const OUT_CHANNELS: usize = 4;

/// Names and shapes, in the order of the model's modules.
pub type Layout = Vec<(String, Vec<usize>)>;

fn norm(layout: &mut Layout, name: &str, channels: usize) {
    layout.push((format!("{name}.weight"), vec![channels]));
    layout.push((format!("{name}.bias"), vec![channels]));
}

fn linear(layout: &mut Layout, name: &str, output: usize, input: usize) {
    layout.push((format!("{name}.weight"), vec![output, input]));
    layout.push((format!("{name}.bias"), vec![output]));
}

fn conv(layout: &mut Layout, name: &str, output: usize, input: usize, size: usize) {
    layout.push((format!("{name}.weight"), vec![output, input, size, size]));
    layout.push((format!("{name}.bias"), vec![output]));
}

/// The tensors of a UNet.
pub fn unet(config: &UnetConfig) -> Layout {
    let mut layout = Layout::new();
    let channels = config.model_channels;
    linear(&mut layout, "time_embed.0", 4 * channels, channels);
    linear(&mut layout, "time_embed.2", 4 * channels, 4 * channels);
    if let Some(width) = config.adm_channels {
        linear(&mut layout, "label_emb.0.0", 4 * channels, width);
        linear(&mut layout, "label_emb.0.2", 4 * channels, 4 * channels);
    }
    let mut skips = unet_down(&mut layout, config);
    let bottom = skips.last().copied().unwrap_or(channels);
    unet_residual(&mut layout, config, "middle_block.0", bottom, bottom);
    unet_transformer(&mut layout, config, "middle_block.1", bottom, config.middle_depth);
    unet_residual(&mut layout, config, "middle_block.2", bottom, bottom);
    let top = unet_up(&mut layout, config, &mut skips, bottom);
    norm(&mut layout, "out.0", top);
    conv(&mut layout, "out.2", OUT_CHANNELS, top, 3);
    layout
}

/// The way down. Returns the channels of every skip connection, first to last.
fn unet_down(layout: &mut Layout, config: &UnetConfig) -> Vec<usize> {
    let mut channels = config.model_channels;
    conv(layout, "input_blocks.0.0", channels, config.in_channels, 3);
    let mut skips = vec![channels];
    let levels = config.channel_mult.iter().zip(&config.transformer_depth).enumerate();
    for (level, (mult, &depth)) in levels {
        for _ in 0..config.res_blocks {
            let block = format!("input_blocks.{}", skips.len());
            let output = config.model_channels * mult;
            unet_residual(layout, config, &format!("{block}.0"), channels, output);
            channels = output;
            if depth > 0 {
                unet_transformer(layout, config, &format!("{block}.1"), channels, depth);
            }
            skips.push(channels);
        }
        if level + 1 < config.channel_mult.len() {
            conv(layout, &format!("input_blocks.{}.0.op", skips.len()), channels, channels, 3);
            skips.push(channels);
        }
    }
    skips
}

/// The way up, which takes the skip connections back. Returns the channels at the end.
fn unet_up(
    layout: &mut Layout,
    config: &UnetConfig,
    skips: &mut Vec<usize>,
    bottom: usize,
) -> usize {
    let (mut channels, mut index) = (bottom, 0);
    let levels = config.channel_mult.iter().zip(&config.transformer_depth).enumerate();
    for (level, (mult, &depth)) in levels.rev() {
        for place in 0..=config.res_blocks {
            let block = format!("output_blocks.{index}");
            let output = config.model_channels * mult;
            let input = channels + skips.pop().unwrap_or(0);
            unet_residual(layout, config, &format!("{block}.0"), input, output);
            channels = output;
            if depth > 0 {
                unet_transformer(layout, config, &format!("{block}.1"), channels, depth);
            }
            if level > 0 && place == config.res_blocks {
                let after = if depth > 0 { 2 } else { 1 };
                conv(layout, &format!("{block}.{after}.conv"), channels, channels, 3);
            }
            index += 1;
        }
    }
    channels
}

fn unet_residual(
    layout: &mut Layout,
    config: &UnetConfig,
    name: &str,
    input: usize,
    output: usize,
) {
    norm(layout, &format!("{name}.in_layers.0"), input);
    conv(layout, &format!("{name}.in_layers.2"), output, input, 3);
    linear(layout, &format!("{name}.emb_layers.1"), output, 4 * config.model_channels);
    norm(layout, &format!("{name}.out_layers.0"), output);
    conv(layout, &format!("{name}.out_layers.3"), output, output, 3);
    if input != output {
        conv(layout, &format!("{name}.skip_connection"), output, input, 1);
    }
}

fn unet_transformer(
    layout: &mut Layout,
    config: &UnetConfig,
    name: &str,
    channels: usize,
    depth: usize,
) {
    let project = |layout: &mut Layout, name: &str| {
        if config.linear_projection {
            linear(layout, name, channels, channels);
        } else {
            conv(layout, name, channels, channels, 1);
        }
    };
    norm(layout, &format!("{name}.norm"), channels);
    project(layout, &format!("{name}.proj_in"));
    for index in 0..depth {
        let block = format!("{name}.transformer_blocks.{index}");
        for (attention, source) in [("attn1", channels), ("attn2", config.context_dim)] {
            for (matrix, input) in [("to_q", channels), ("to_k", source), ("to_v", source)] {
                let name = format!("{block}.{attention}.{matrix}.weight");
                layout.push((name, vec![channels, input]));
            }
            linear(layout, &format!("{block}.{attention}.to_out.0"), channels, channels);
        }
        linear(layout, &format!("{block}.ff.net.0.proj"), 8 * channels, channels);
        linear(layout, &format!("{block}.ff.net.2"), channels, 4 * channels);
        for name in ["norm1", "norm2", "norm3"] {
            norm(layout, &format!("{block}.{name}"), channels);
        }
    }
    project(layout, &format!("{name}.proj_out"));
}

/// The tensors of an autoencoder: encoder first, then decoder.
pub fn vae(config: &VaeConfig) -> Layout {
    let mut layout = vae_encoder(config);
    layout.extend(vae_decoder(config));
    layout
}

/// The tensors that turn a picture into a latent.
pub fn vae_encoder(config: &VaeConfig) -> Layout {
    let mut layout = Layout::new();
    let mut channels = config.channels;
    conv(&mut layout, "encoder.conv_in", channels, 3, 3);
    for (level, mult) in config.channel_mult.iter().enumerate() {
        for index in 0..config.res_blocks {
            let name = format!("encoder.down.{level}.block.{index}");
            vae_residual(&mut layout, &name, channels, config.channels * mult);
            channels = config.channels * mult;
        }
        if level + 1 < config.channel_mult.len() {
            let name = format!("encoder.down.{level}.downsample.conv");
            conv(&mut layout, &name, channels, channels, 3);
        }
    }
    let moments = 2 * config.latent_channels;
    vae_middle(&mut layout, "encoder.mid", channels);
    norm(&mut layout, "encoder.norm_out", channels);
    conv(&mut layout, "encoder.conv_out", moments, channels, 3);
    conv(&mut layout, "quant_conv", moments, moments, 1);
    layout
}

/// The tensors that turn a latent into a picture.
pub fn vae_decoder(config: &VaeConfig) -> Layout {
    let mut layout = Layout::new();
    let latent = config.latent_channels;
    let mut channels = config.channels * config.channel_mult.last().copied().unwrap_or(1);
    conv(&mut layout, "post_quant_conv", latent, latent, 1);
    conv(&mut layout, "decoder.conv_in", channels, latent, 3);
    vae_middle(&mut layout, "decoder.mid", channels);
    for (level, mult) in config.channel_mult.iter().enumerate().rev() {
        for index in 0..=config.res_blocks {
            let name = format!("decoder.up.{level}.block.{index}");
            vae_residual(&mut layout, &name, channels, config.channels * mult);
            channels = config.channels * mult;
        }
        if level > 0 {
            let name = format!("decoder.up.{level}.upsample.conv");
            conv(&mut layout, &name, channels, channels, 3);
        }
    }
    norm(&mut layout, "decoder.norm_out", channels);
    conv(&mut layout, "decoder.conv_out", 3, channels, 3);
    layout
}

fn vae_residual(layout: &mut Layout, name: &str, input: usize, output: usize) {
    norm(layout, &format!("{name}.norm1"), input);
    conv(layout, &format!("{name}.conv1"), output, input, 3);
    norm(layout, &format!("{name}.norm2"), output);
    conv(layout, &format!("{name}.conv2"), output, output, 3);
    if input != output {
        conv(layout, &format!("{name}.nin_shortcut"), output, input, 1);
    }
}

fn vae_middle(layout: &mut Layout, name: &str, channels: usize) {
    vae_residual(layout, &format!("{name}.block_1"), channels, channels);
    norm(layout, &format!("{name}.attn_1.norm"), channels);
    for matrix in ["q", "k", "v", "proj_out"] {
        conv(layout, &format!("{name}.attn_1.{matrix}"), channels, channels, 1);
    }
    vae_residual(layout, &format!("{name}.block_2"), channels, channels);
}

/// The tensors of a text encoder with all its layers.
pub fn clip(config: &ClipConfig) -> Layout {
    let mut layout = Layout::new();
    let width = config.width;
    layout.push(("embeddings.token_embedding.weight".into(), vec![VOCABULARY, width]));
    layout.push(("embeddings.position_embedding.weight".into(), vec![CONTEXT_LENGTH, width]));
    for index in 0..config.layers {
        let block = format!("encoder.layers.{index}");
        for matrix in ["q_proj", "k_proj", "v_proj", "out_proj"] {
            linear(&mut layout, &format!("{block}.self_attn.{matrix}"), width, width);
        }
        norm(&mut layout, &format!("{block}.layer_norm1"), width);
        linear(&mut layout, &format!("{block}.mlp.fc1"), 4 * width, width);
        linear(&mut layout, &format!("{block}.mlp.fc2"), width, 4 * width);
        norm(&mut layout, &format!("{block}.layer_norm2"), width);
    }
    norm(&mut layout, "final_layer_norm", width);
    if config.projection {
        layout.push(("text_projection.weight".into(), vec![width, width]));
    }
    layout
}
