package io.evenkeel.learning.baseline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class DevianceTest {
    @Test
    void isZeroAtTheExpectation() {
        assertThat(Deviance.ofRatio(0.1, 100, 0.1)).isZero();
        assertThat(Deviance.ofCount(25, 25)).isZero();
    }

    /** One failure of ten under one in a thousand: the plain z score says 9.9, the truth is a chance of one percent. */
    @Test
    void doesNotOverstateAHandfulOfEvents() {
        assertThat(Deviance.ofRatio(0.1, 10, 0.001)).isBetween(2.0, 3.0);
    }

    /** Chernoff: the exact binomial tail never exceeds exp(-r²/2). */
    @Test
    void boundsTheBinomialTail() {
        for (int n : new int[] {5, 20, 100}) {
            for (double p : new double[] {0.001, 0.01, 0.2}) {
                for (int k = (int) Math.ceil(n * p) + 1; k <= n; k++) {
                    double residual = Deviance.ofRatio((double) k / n, n, p);
                    assertThat(tail(n, k, p)).isLessThanOrEqualTo(Math.exp(-residual * residual / 2) * 1.000001);
                }
            }
        }
    }

    @Test
    void isNegativeBelowTheExpectation() {
        assertThat(Deviance.ofCount(0, 20)).isCloseTo(-Math.sqrt(40), within(1e-9));
        assertThat(Deviance.ofRatio(0, 50, 0.2)).isNegative();
    }

    private static double tail(int n, int from, double p) {
        double sum = 0;
        for (int k = from; k <= n; k++) {
            double log = 0;
            for (int i = 1; i <= k; i++) {
                log += Math.log(n - k + i) - Math.log(i);
            }
            sum += Math.exp(log + k * Math.log(p) + (n - k) * Math.log1p(-p));
        }
        return sum;
    }
}
