package io.evenkeel.launcher;

/**
 * Where the inner parts listen, all on 127.0.0.1, counted from one base so that two installations can share a machine.
 *
 * @param base first port, for example 9390
 */
record Ports(int base) {
    /** All ports lie in base to base + 500: the shop's own begin at +91 and may be 400. */
    static final int SPAN = 500;

    int kafka() {
        return base + 2;
    }

    int postgres() {
        return base + 3;
    }

    int flinkRest() {
        return base + 4;
    }

    int kafkaController() {
        return base + 5;
    }

    int shopPostgres() {
        return base + 6;
    }

    int supervisor() {
        return base + 90;
    }

    int firstShop() {
        return base + 91;
    }
}
