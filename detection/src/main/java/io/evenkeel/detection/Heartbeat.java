package io.evenkeel.detection;

import java.util.Map;

/**
 * A sign of life of one process: it reported just now.
 *
 * @param service {@code ServiceKey.id()}
 * @param slot {@code owner#ordinal}; empty when it is known from spans only
 * @param instance service.instance.id, else a hash of the resource
 * @param facts service.instance.id, service.version, host.name, process.pid where present
 * @param clockMillis the process's clock (event time), ms
 * @param startMillis when the process began, or was first seen, ms
 * @param intervalMillis learned milliseconds between exports
 */
public record Heartbeat(
        String service,
        String slot,
        String instance,
        Map<String, String> facts,
        long clockMillis,
        long startMillis,
        int intervalMillis) {}
