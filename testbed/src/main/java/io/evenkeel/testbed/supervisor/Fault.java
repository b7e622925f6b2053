package io.evenkeel.testbed.supervisor;

import io.evenkeel.testbed.fault.FaultKind;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A fault that was injected.
 *
 * @param id for {@code DELETE /faults/{id}}
 * @param service name of the victim
 * @param kind what was done
 * @param intensity 1 to 3
 * @param how in words: which process, which figure, by which mechanism
 * @param target what the revert needs: instance or version, empty when it needs nothing
 * @param startedAt when
 * @param endedAt when it was reverted, null while it lasts
 */
record Fault(
        String id,
        String service,
        FaultKind kind,
        int intensity,
        String how,
        String target,
        Instant startedAt,
        @Nullable Instant endedAt) {

    Fault ended(Instant at) {
        return new Fault(id, service, kind, intensity, how, target, startedAt, at);
    }

    Map<String, Object> json() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("id", id);
        json.put("service", service);
        json.put("fault", kind.word());
        json.put("intensity", intensity);
        json.put("how", how);
        json.put("target", target);
        json.put("startedAt", startedAt.toString());
        json.put("endedAt", endedAt == null ? null : endedAt.toString());
        return json;
    }

    /** Reads what {@link #json()} wrote to the journal. */
    static Fault of(Map<String, Object> json) {
        return new Fault(
                String.valueOf(json.get("id")),
                String.valueOf(json.get("service")),
                FaultKind.of(String.valueOf(json.get("fault"))),
                ((Number) json.getOrDefault("intensity", 2)).intValue(),
                String.valueOf(json.get("how")),
                String.valueOf(json.get("target")),
                Instant.parse(String.valueOf(json.get("startedAt"))),
                null);
    }

    /** Everything that can be done, for people who look for something to break. */
    static List<Map<String, Object>> catalogue() {
        List<Map<String, Object>> catalogue = new ArrayList<>();
        for (FaultKind kind : FaultKind.values()) {
            Map<String, Object> line = new LinkedHashMap<>();
            line.put("fault", kind.word());
            line.put("what", kind.what());
            line.put("intensities", kind.intensities());
            line.put("remedy", kind.remedy());
            line.put("hasRunbook", kind.hasRunbook());
            catalogue.add(line);
        }
        return catalogue;
    }
}
