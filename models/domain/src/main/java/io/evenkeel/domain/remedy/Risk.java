package io.evenkeel.domain.remedy;

/** What a step can cost when it is wrong. The engine may raise a declared risk, never lower it. */
public enum Risk {
    LOW,
    MEDIUM,
    HIGH
}
