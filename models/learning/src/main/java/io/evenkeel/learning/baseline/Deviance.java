package io.evenkeel.learning.baseline;

/**
 * Signed deviance residuals (McCullagh and Nelder, Generalized Linear Models, 2nd edition 1989, section 2.4): how many
 * standard units a count or a share is away from its expectation, honest also for a handful of events, where the plain
 * z score overstates by far. By the Chernoff bound the tail beyond a residual r is at most exp(-r²/2).
 */
public final class Deviance {
    private Deviance() {}

    /**
     * @param ratio observed share, 0..1
     * @param requests number of requests it stands on, ≥ 0
     * @param expected expected share, strictly inside 0..1
     */
    public static double ofRatio(double ratio, double requests, double expected) {
        double divergence = term(ratio, expected) + term(1 - ratio, 1 - expected);
        return Math.copySign(Math.sqrt(2 * Math.max(0, requests * divergence)), ratio - expected);
    }

    /**
     * @param count observed number of events, ≥ 0
     * @param expected expected number of events, > 0
     */
    public static double ofCount(double count, double expected) {
        double divergence = term(count, expected) - (count - expected);
        return Math.copySign(Math.sqrt(2 * Math.max(0, divergence)), count - expected);
    }

    private static double term(double observed, double expected) {
        return observed <= 0 ? 0 : observed * Math.log(observed / expected);
    }
}
