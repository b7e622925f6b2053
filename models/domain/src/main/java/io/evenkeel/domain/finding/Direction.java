package io.evenkeel.domain.finding;

/** On which side of its band a signal left. */
public enum Direction {
    UP,
    DOWN
}
