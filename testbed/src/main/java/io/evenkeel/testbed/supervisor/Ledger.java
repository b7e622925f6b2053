package io.evenkeel.testbed.supervisor;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the journal says shall be: version, earlier versions and number of replicas of each service, and every operation
 * by token. A pure fold over the entries.
 *
 * <p>An operation whose intent is there and whose end is not was cut off by a crash of the platform. The shop's processes
 * died with the platform, so there is nothing half done to observe: the operation is finished by starting the shop as the
 * intent wants it, and {@link #open()} names it until then. It is never begun a second time.
 *
 * @param services by name
 * @param operations by token, oldest first
 */
record Ledger(Map<String, Desired> services, Map<String, Operation> operations) {
    /**
     * @param version the release that shall run
     * @param previous earlier ones a rollback can return to, newest first
     * @param replicas how many
     */
    record Desired(String version, List<String> previous, int replicas) {
        Desired {
            previous = List.copyOf(previous);
        }

        /** A new release on top; what it replaces can be returned to. */
        Desired deployed(String fresh) {
            if (fresh.equals(version)) {
                return this;
            }
            List<String> earlier = new ArrayList<>(previous);
            earlier.remove(fresh);
            earlier.add(0, version);
            return new Desired(fresh, earlier, replicas);
        }

        /** Back to an earlier release; those above it are forgotten, so that the next rollback goes further back. */
        Desired rolledBack(String earlier) {
            int at = previous.indexOf(earlier);
            return new Desired(earlier, at < 0 ? previous : previous.subList(at + 1, previous.size()), replicas);
        }

        Desired scaled(int to) {
            return new Desired(version, previous, to);
        }
    }

    static Ledger of(List<Entry> entries) {
        Map<String, Desired> services = new HashMap<>();
        Map<String, Operation> operations = new LinkedHashMap<>();
        for (Entry entry : entries) {
            switch (entry.phase()) {
                case INTENT -> operations.put(entry.token(), begun(entry));
                case APPLIED -> {
                    operations.computeIfPresent(
                            entry.token(), (token, begun) -> ended(begun, entry, Operation.State.APPLIED));
                    apply(services, entry);
                }
                case FAILED ->
                    operations.computeIfPresent(
                            entry.token(), (token, begun) -> ended(begun, entry, Operation.State.FAILED));
                case NOTE -> install(services, entry);
                case EFFECT -> {
                    // What was done to single processes; those are gone.
                }
            }
        }
        return new Ledger(services, operations);
    }

    /** Operations begun and not ended, oldest first. */
    List<Operation> open() {
        return operations.values().stream()
                .filter(operation -> operation.state() == Operation.State.RUNNING)
                .toList();
    }

    /** What shall be once the operation is through. */
    static Desired target(Desired now, String action, Map<String, Object> after) {
        return switch (action) {
            case "deploy" -> now.deployed(String.valueOf(after.get("version")));
            case "rollback" -> now.rolledBack(String.valueOf(after.get("version")));
            case "scale" -> now.scaled(((Number) after.getOrDefault("replicas", now.replicas())).intValue());
            default -> now;
        };
    }

    private static void install(Map<String, Desired> services, Entry entry) {
        if (entry.action().equals("install")) {
            services.putIfAbsent(
                    entry.service(),
                    new Desired(
                            String.valueOf(entry.after().get("version")),
                            List.of(),
                            ((Number) entry.after().getOrDefault("replicas", 1)).intValue()));
        }
    }

    private static void apply(Map<String, Desired> services, Entry entry) {
        services.computeIfPresent(entry.service(), (name, now) -> target(now, entry.action(), entry.after()));
    }

    private static Operation begun(Entry entry) {
        return new Operation(
                entry.token(),
                Operation.State.RUNNING,
                entry.action(),
                entry.service(),
                entry.before(),
                entry.after(),
                null,
                entry.at(),
                null);
    }

    private static Operation ended(Operation begun, Entry entry, Operation.State state) {
        return new Operation(
                begun.token(),
                state,
                begun.action(),
                begun.service(),
                begun.before(),
                entry.after(),
                state == Operation.State.FAILED ? entry.text() : null,
                begun.startedAt(),
                entry.at());
    }
}
