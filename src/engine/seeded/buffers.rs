//! The noise schedule's tables that the published SD 1.x and 2.x files carry beside the weights.
//! No program needs them; a reader has to pass over them.

/// Steps of the training schedule.
const STEPS: usize = 1000;

/// Name and values of each table, in single precision as stored.
pub fn schedule() -> Vec<(&'static str, Vec<f32>)> {
    let betas = betas();
    let product = |product: &mut f64, beta: &f64| {
        *product *= 1.0 - beta;
        Some(*product)
    };
    let kept: Vec<f64> = betas.iter().scan(1.0, product).collect();
    let before: Vec<f64> = std::iter::once(1.0).chain(kept.iter().copied()).take(STEPS).collect();
    let of_kept = |f: fn(f64) -> f64| kept.iter().map(|&kept| f(kept) as f32).collect();
    let of_all = |f: fn(f64, f64, f64) -> f64| {
        let rows = betas.iter().zip(&kept).zip(&before);
        rows.map(|((&beta, &kept), &before)| f(beta, kept, before) as f32).collect()
    };
    vec![
        ("betas", betas.iter().map(|&beta| beta as f32).collect()),
        ("alphas_cumprod", of_kept(|kept| kept)),
        ("alphas_cumprod_prev", before.iter().map(|&before| before as f32).collect()),
        ("sqrt_alphas_cumprod", of_kept(f64::sqrt)),
        ("sqrt_one_minus_alphas_cumprod", of_kept(|kept| (1.0 - kept).sqrt())),
        ("log_one_minus_alphas_cumprod", of_kept(|kept| (1.0 - kept).ln())),
        ("sqrt_recip_alphas_cumprod", of_kept(|kept| (1.0 / kept).sqrt())),
        ("sqrt_recipm1_alphas_cumprod", of_kept(|kept| (1.0 / kept - 1.0).sqrt())),
        ("posterior_variance", of_all(posterior_variance)),
        (
            "posterior_log_variance_clipped",
            of_all(|beta, kept, before| posterior_variance(beta, kept, before).max(1e-20).ln()),
        ),
        ("posterior_mean_coef1", of_all(|beta, kept, before| beta * before.sqrt() / (1.0 - kept))),
        (
            "posterior_mean_coef2",
            of_all(|beta, kept, before| (1.0 - before) * (1.0 - beta).sqrt() / (1.0 - kept)),
        ),
    ]
}

/// Squares of an evenly spaced line between two square roots.
fn betas() -> Vec<f64> {
    let (first, last) = (0.00085_f64.sqrt(), 0.012_f64.sqrt());
    let step = (last - first) / (STEPS - 1) as f64;
    let line = (0..STEPS).map(|index| match index {
        index if index == STEPS - 1 => last,
        index => index as f64 * step + first,
    });
    line.map(|root| root * root).collect()
}

fn posterior_variance(beta: f64, kept: f64, before: f64) -> f64 {
    beta * (1.0 - before) / (1.0 - kept)
}
