package io.evenkeel.remediation.runner;

import io.evenkeel.domain.remedy.Risk;
import io.evenkeel.remediation.execution.Call;
import io.evenkeel.remediation.execution.DiffLine;
import io.evenkeel.remediation.execution.Effect;
import io.evenkeel.remediation.execution.Executor;
import io.evenkeel.remediation.execution.Preview;
import io.evenkeel.remediation.execution.Target;
import io.evenkeel.remediation.execution.UnplannableException;
import io.evenkeel.remediation.runbook.Endpoint;
import io.evenkeel.remediation.runbook.Verb;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Rolls back, restarts and scales services of a platform that speaks the supervisor's API: operations under an
 * idempotency key, which can be looked up again by that key. An answer that did not come is never taken for a failure.
 */
public final class SupervisorExecutor implements Executor {
    private static final String ROLLBACK = "supervisor.rollback";
    private static final String RESTART = "supervisor.restart";
    private static final String SCALE = "supervisor.scale";
    private static final String ENDPOINT = "supervisor";
    private static final String STOPPED = "stopped";
    private static final Set<String> WELL = Set.of("ready", "starting", "draining");

    private final Supplier<Map<String, Endpoint>> endpoints;
    private final HttpTransport transport = new HttpTransport();

    /**
     * @param endpoints addresses in force, by name
     */
    public SupervisorExecutor(Supplier<Map<String, Endpoint>> endpoints) {
        this.endpoints = endpoints;
    }

    @Override
    public List<Verb> verbs() {
        return List.of(
                new Verb(ROLLBACK, Set.of("service", "toVersion"), Set.of(), Risk.LOW, ENDPOINT, true),
                new Verb(
                        RESTART,
                        Set.of("service", "instance"),
                        Set.of("drain", "termTimeoutMillis"),
                        Risk.LOW,
                        ENDPOINT,
                        false),
                new Verb(SCALE, Set.of("service", "replicas"), Set.of(), Risk.LOW, ENDPOINT, true));
    }

    /** A restart without an instance is for the replicas that are not well; where that is one, it is named. */
    @Override
    public Call resolve(Call call) throws UnplannableException {
        if (!isForTheUnwell(call)) {
            return call;
        }
        List<String> unwell = unwell(call, read(call));
        if (unwell.size() != 1) {
            return call;
        }
        Map<String, @Nullable Object> named = new LinkedHashMap<>(call.arguments());
        named.put("instance", unwell.get(0));
        return new Call(call.use(), named);
    }

    @Override
    public List<Target> targets(Call call) throws UnplannableException {
        String service = call.text("service");
        if (isForTheUnwell(call)) {
            return unwell(call, read(call)).stream()
                    .map(instance -> new Target(service, instance, instance))
                    .toList();
        }
        String instance = call.use().equals(RESTART) ? call.text("instance") : "";
        return List.of(new Target(service, instance, instance.isEmpty() ? service : instance));
    }

    private static boolean isForTheUnwell(Call call) {
        return call.use().equals(RESTART) && call.text("instance").isEmpty();
    }

    /** Replicas that neither serve nor are on their way to or from it. */
    private static List<String> unwell(Call call, JsonNode service) throws UnplannableException {
        List<String> unwell = new ArrayList<>();
        for (JsonNode replica : service.path("replicas")) {
            if (!WELL.contains(replica.path("state").asString(""))) {
                unwell.add(replica.path("instance").asString(""));
            }
        }
        if (unwell.isEmpty()) {
            throw new UnplannableException("every replica of " + call.text("service") + " is well");
        }
        return unwell;
    }

    @Override
    public Preview plan(Call call) throws UnplannableException {
        JsonNode service = read(call);
        String name = call.text("service");
        Map<String, Object> facts = facts(service, call);
        Map<String, @Nullable Object> snapshot = new LinkedHashMap<>();
        snapshot.put("version", facts.get("target.version"));
        snapshot.put("desiredReplicas", facts.get("target.desired"));
        return switch (call.use()) {
            case ROLLBACK -> rollback(name, call.text("toVersion"), facts, snapshot);
            case SCALE -> scale(name, call.text("replicas"), facts, snapshot);
            default -> restart(call, service, facts, snapshot);
        };
    }

    private static Preview rollback(
            String name, String to, Map<String, Object> facts, Map<String, @Nullable Object> snapshot) {
        String version = String.valueOf(facts.get("target.version"));
        String on = " on " + replicas(facts.get("target.desired"));
        List<DiffLine> diff = List.of(
                new DiffLine("-", name + " runs " + version + on), new DiffLine("+", name + " runs " + to + on));
        return new Preview(
                "Roll back " + name + " to " + to,
                version.equals(to) ? List.of() : diff,
                "Deploy " + name + " " + version + " again",
                facts,
                snapshot);
    }

    private static Preview scale(
            String name, String wanted, Map<String, Object> facts, Map<String, @Nullable Object> snapshot) {
        Object desired = facts.get("target.desired");
        return new Preview(
                "Scale " + name + " from " + desired + " to " + replicas(wanted),
                List.of(
                        new DiffLine("-", name + " has " + replicas(desired)),
                        new DiffLine("+", name + " has " + replicas(wanted))),
                "Scale " + name + " back to " + replicas(desired),
                facts,
                snapshot);
    }

    private static Preview restart(
            Call call, JsonNode service, Map<String, Object> facts, Map<String, @Nullable Object> snapshot)
            throws UnplannableException {
        String name = call.text("service");
        String instance = call.text("instance");
        String undo = "Nothing to take back: a fresh replica takes the place";
        if (instance.isEmpty()) {
            List<String> unwell = unwell(call, service);
            List<DiffLine> diff = new ArrayList<>();
            unwell.forEach(each -> diff.add(new DiffLine("-", each + " of " + name + " is not well")));
            unwell.forEach(each -> diff.add(new DiffLine("+", "a fresh replica takes the place of " + each)));
            String title = "Start " + String.join(" and ", unwell) + " again";
            return new Preview(title, diff, undo, facts, snapshot);
        }
        if (!Boolean.TRUE.equals(facts.get("target.exists"))) {
            throw new UnplannableException(name + " has no replica " + instance + " any more");
        }
        snapshot.put("instance", instance);
        if (STOPPED.equals(facts.get("target.state"))) {
            return new Preview(
                    "Start " + instance + " again",
                    List.of(
                            new DiffLine("-", instance + " of " + name + " has stopped"),
                            new DiffLine("+", "a fresh replica takes the place of " + instance)),
                    undo,
                    facts,
                    snapshot);
        }
        return new Preview(
                "Restart " + instance,
                List.of(
                        new DiffLine(
                                "-", instance + " is " + facts.get("target.state") + " in the rotation of " + name),
                        new DiffLine("+", instance + " is drained and ended; a fresh replica takes its place")),
                undo,
                facts,
                snapshot);
    }

    private static String replicas(@Nullable Object count) {
        return "1".equals(String.valueOf(count)) ? "1 replica" : count + " replicas";
    }

    /** A replica that stopped counts only where it is what the call acts on: it serves nobody and can lose nobody. */
    private static Map<String, Object> facts(JsonNode service, Call call) {
        String instance = call.text("instance");
        List<String> previous = new ArrayList<>();
        service.path("previousVersions").forEach(version -> previous.add(version.asString()));
        long replicas = 0;
        long ready = 0;
        long healthy = 0;
        String state = "";
        for (JsonNode replica : service.path("replicas")) {
            String its = replica.path("state").asString("");
            boolean isTarget = isForTheUnwell(call)
                    ? !WELL.contains(its)
                    : !instance.isEmpty()
                            && replica.path("instance").asString("").equals(instance);
            if (its.equals(STOPPED) && !isTarget) {
                continue;
            }
            replicas++;
            if (isTarget) {
                state = its;
            }
            if (its.equals("ready")) {
                ready++;
                healthy += isTarget ? 0 : 1;
            }
        }
        Map<String, Object> facts = new HashMap<>();
        facts.put("target.exists", instance.isEmpty() || !state.isEmpty());
        facts.put("target.service", call.text("service"));
        facts.put("target.instance", instance);
        facts.put("target.state", state);
        facts.put("target.version", service.path("version").asString(""));
        facts.put("target.previousVersions", previous);
        facts.put("target.desired", service.path("desiredReplicas").asLong(0));
        facts.put("target.replicas", replicas);
        facts.put("target.ready", ready);
        facts.put("target.healthy", healthy);
        return facts;
    }

    @Override
    public Effect apply(Call call, Map<String, @Nullable Object> before, UUID token) {
        Map<String, @Nullable Object> body = new LinkedHashMap<>(call.arguments());
        body.remove("service");
        body.remove("endpoint");
        return operate(call, call.use().substring(call.use().indexOf('.') + 1), body, token);
    }

    @Override
    public Effect undo(Call call, Map<String, @Nullable Object> before, UUID undoToken) {
        return switch (call.use()) {
            case ROLLBACK -> {
                Map<String, @Nullable Object> body = new HashMap<>();
                body.put("version", before.get("version"));
                yield operate(call, "deploy", body, undoToken);
            }
            case SCALE -> {
                Map<String, @Nullable Object> body = new HashMap<>();
                body.put("replicas", before.get("desiredReplicas"));
                yield operate(call, "scale", body, undoToken);
            }
            default -> new Effect.Applied(Map.of());
        };
    }

    @Override
    public Effect observe(Call call, Map<String, @Nullable Object> before, UUID token) {
        try {
            HttpTransport.Answer answer = transport.send(endpoint(call), "GET", "/operations/" + token, null, null);
            if (answer instanceof HttpTransport.Answer.Received received) {
                if (received.status() == 404
                        && received.body().path("state").asString("").equals("unknown")) {
                    return new Effect.NotApplied("the platform has never seen the order", true);
                }
                if (received.status() == 200) {
                    return effect(received.body());
                }
                return new Effect.Unknown("the platform cannot say: " + HttpTransport.error(received));
            }
            return new Effect.Unknown(reason(answer));
        } catch (UnplannableException e) {
            return new Effect.Unknown(String.valueOf(e.getMessage()));
        }
    }

    @Override
    public boolean isRestored(Call call, Map<String, @Nullable Object> before) throws UnplannableException {
        JsonNode service = read(call);
        return switch (call.use()) {
            case ROLLBACK -> service.path("version").asString("").equals(before.get("version"));
            case SCALE ->
                before.get("desiredReplicas") instanceof Number replicas
                        && service.path("desiredReplicas").asLong(-1) == replicas.longValue();
            default -> true;
        };
    }

    private Effect operate(Call call, String action, Map<String, @Nullable Object> body, UUID token) {
        HttpTransport.Answer answer;
        try {
            answer = transport.send(endpoint(call), "POST", path(call) + '/' + action, body, token);
        } catch (UnplannableException e) {
            return new Effect.NotApplied(String.valueOf(e.getMessage()), false);
        }
        if (answer instanceof HttpTransport.Answer.NotSent notSent) {
            return new Effect.NotApplied(notSent.reason(), true);
        }
        if (!(answer instanceof HttpTransport.Answer.Received received)) {
            return new Effect.Unknown(reason(answer));
        }
        int status = received.status();
        if (status == 200 || status == 202) {
            return effect(received.body());
        }
        if (status == 429) {
            return new Effect.NotApplied(HttpTransport.error(received), true);
        }
        // 408 and 5xx come from anywhere between us and the effect; only a plain refusal is a certain no.
        if (status >= 400 && status < 500 && status != 408) {
            return new Effect.NotApplied("the platform refuses: " + HttpTransport.error(received), false);
        }
        return new Effect.Unknown(HttpTransport.error(received));
    }

    private static Effect effect(JsonNode operation) {
        return switch (operation.path("state").asString("")) {
            case "applied" -> new Effect.Applied(HttpTransport.object(operation));
            case "running" -> new Effect.UnderWay("the platform is at it");
            case "failed" ->
                new Effect.Failed(
                        "the platform failed: " + operation.path("error").asString("no reason"));
            default -> new Effect.Unknown("the platform answered without a state");
        };
    }

    private JsonNode read(Call call) throws UnplannableException {
        HttpTransport.Answer answer = transport.send(endpoint(call), "GET", path(call), null, null);
        if (answer instanceof HttpTransport.Answer.Received received) {
            if (received.status() == 200 && received.body().has("version")) {
                return received.body();
            }
            throw new UnplannableException(
                    received.status() == 404
                            ? "the platform knows no service " + call.text("service")
                            : "the platform cannot be read: " + HttpTransport.error(received));
        }
        throw new UnplannableException(reason(answer));
    }

    private static String reason(HttpTransport.Answer answer) {
        if (answer instanceof HttpTransport.Answer.NotSent notSent) {
            return notSent.reason();
        }
        return answer instanceof HttpTransport.Answer.Lost lost ? lost.reason() : "unexpected answer";
    }

    private static String path(Call call) {
        return "/services/" + URLEncoder.encode(call.text("service"), StandardCharsets.UTF_8);
    }

    private Endpoint endpoint(Call call) throws UnplannableException {
        String name = call.text("endpoint").isEmpty() ? ENDPOINT : call.text("endpoint");
        Endpoint endpoint = endpoints.get().get(name);
        if (endpoint == null) {
            throw new UnplannableException("endpoint '" + name + "' is not in the catalogue");
        }
        return endpoint;
    }
}
