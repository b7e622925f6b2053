package io.evenkeel.remediation.incident;

import java.time.Instant;

/**
 * The right to do something that only one control plane may do at a time, until it runs out. Its epoch rises with every
 * change of holder, so that a write of a former holder can be told and refused ({@code where epoch = ?}).
 *
 * @param name what it is about, such as {@code config} or {@code planner}
 * @param owner who holds it, unique per process start
 * @param epoch rises by one each time another owner takes it; ≥ 1
 * @param until when it runs out unless renewed, on the database's clock
 */
public record Lease(String name, String owner, long epoch, Instant until) {}
