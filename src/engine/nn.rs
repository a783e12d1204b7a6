//! Layers and blocks that the models are made of, generic over the backend.

pub mod attention;
pub mod layer;
pub mod picture_norm;
pub mod resnet;
