package io.evenkeel.learning.baseline;

/** The level baseline in forty lines of plain double arithmetic: what {@link BaselineBank} must agree with. */
final class ReferenceBaseline {
    private final BaselineKind kind;
    int bins;
    double level;
    double scatter;
    double slowLevel;
    double spread;
    double quantum;
    double last = Double.NaN;
    double requests = 50;

    ReferenceBaseline(BaselineKind kind) {
        this.kind = kind;
        level = kind == BaselineKind.RATIO ? 0.01 : 0;
        slowLevel = level;
    }

    void learn(double x, double weight) {
        double young = 3.0 / (bins + 3);
        if (bins == 0) {
            level = kind == BaselineKind.RATIO ? level : x;
            slowLevel = level;
        }
        bins++;
        double step = Math.max(0.01, young);
        double error = x - level;
        scatter += step * (Math.abs(error) - scatter);
        if (kind == BaselineKind.RATIO) {
            requests += weight;
            level += weight / requests * error;
            requests = Math.min(20_000, requests);
        } else {
            level += step * error;
        }
        double slow = Math.max(0.0005, young);
        spread += slow * (Math.abs(x - slowLevel) - spread);
        slowLevel += slow * (x - slowLevel);
        double gap = Math.abs(x - last);
        if (gap > 0 && (quantum == 0 || gap < quantum)) {
            quantum = gap;
        }
        last = x;
    }

    double scale(double weight) {
        double own = (1.2533 * scatter + 0.4 * spread) * (1 + 4.0 / Math.max(4, bins));
        double expected = expected();
        double floor = switch (kind) {
            case LEVEL ->
                quantum == 0 ? Math.max(1, 0.1 * Math.abs(expected)) : Math.max(quantum, 0.001 * Math.abs(expected));
            case RATE -> Math.sqrt(Math.max(1, expected * weight)) / weight;
            case RATIO -> Math.sqrt(expected * (1 - expected) / weight);
            case DURATION -> Math.max(0.001, expected * Math.max(0.1, 1 / Math.sqrt(weight)));
        };
        return Math.max(own, floor);
    }

    double expected() {
        return kind == BaselineKind.RATIO ? Math.max(0.001, level) : level;
    }
}
