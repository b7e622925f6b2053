package io.evenkeel.remediation.runner;

import io.evenkeel.domain.remedy.Risk;
import io.evenkeel.remediation.audit.CanonicalJson;
import io.evenkeel.remediation.execution.Call;
import io.evenkeel.remediation.execution.DiffLine;
import io.evenkeel.remediation.execution.Effect;
import io.evenkeel.remediation.execution.Executor;
import io.evenkeel.remediation.execution.Preview;
import io.evenkeel.remediation.execution.Target;
import io.evenkeel.remediation.execution.UnplannableException;
import io.evenkeel.remediation.runbook.Endpoint;
import io.evenkeel.remediation.runbook.Verb;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Sends JSON to a catalogued endpoint. {@code http.patch} sets fields of a resource that can be read back, so its effect
 * can be looked up and undone; {@code http.request} cannot be looked up: an answer that did not come goes to a person.
 */
public final class HttpExecutor implements Executor {
    private static final String PATCH = "http.patch";
    private static final String REQUEST = "http.request";
    private static final Set<String> METHODS = Set.of("POST", "PUT", "DELETE");

    private final Supplier<Map<String, Endpoint>> endpoints;
    private final HttpTransport transport = new HttpTransport();

    /**
     * @param endpoints addresses in force, by name
     */
    public HttpExecutor(Supplier<Map<String, Endpoint>> endpoints) {
        this.endpoints = endpoints;
    }

    @Override
    public List<Verb> verbs() {
        return List.of(
                new Verb(PATCH, Set.of("endpoint", "path", "json"), Set.of(), Risk.LOW, "", true),
                new Verb(REQUEST, Set.of("endpoint", "path"), Set.of("method", "json"), Risk.MEDIUM, "", false));
    }

    @Override
    public Call resolve(Call call) {
        return call;
    }

    @Override
    public List<Target> targets(Call call) {
        String text = call.text("endpoint") + call.text("path");
        return List.of(new Target(text, "", text));
    }

    @Override
    public Preview plan(Call call) throws UnplannableException {
        String where = call.text("endpoint") + call.text("path");
        Map<String, Object> facts = Map.of("target.exists", true, "target.service", call.text("endpoint"));
        if (call.use().equals(REQUEST)) {
            if (!METHODS.contains(method(call))) {
                throw new UnplannableException("method " + method(call) + " is none of " + METHODS);
            }
            endpoint(call);
            String body = call.arguments().containsKey("json")
                    ? ' ' + CanonicalJson.write(call.arguments().get("json"))
                    : "";
            return new Preview(
                    "",
                    List.of(new DiffLine("+", method(call) + ' ' + where + body)),
                    "Cannot be put back",
                    facts,
                    Map.of());
        }
        Map<String, @Nullable Object> before = fields(call, read(call));
        List<DiffLine> diff = new ArrayList<>();
        wanted(call).forEach((field, value) -> {
            String is = CanonicalJson.write(before.get(field));
            String becomes = CanonicalJson.write(value);
            if (!is.equals(becomes)) {
                diff.add(new DiffLine("-", where + " " + field + " = " + is));
                diff.add(new DiffLine("+", where + " " + field + " = " + becomes));
            }
        });
        return new Preview("", diff, "Set " + where + " back to " + CanonicalJson.write(before), facts, before);
    }

    @Override
    public Effect apply(Call call, Map<String, @Nullable Object> before, UUID token) {
        if (call.use().equals(PATCH)) {
            return change(call, "PATCH", wanted(call), token);
        }
        return change(call, method(call), call.arguments().get("json"), token);
    }

    @Override
    public Effect undo(Call call, Map<String, @Nullable Object> before, UUID undoToken) {
        return change(call, "PATCH", before, undoToken);
    }

    @Override
    public Effect observe(Call call, Map<String, @Nullable Object> before, UUID token) {
        if (call.use().equals(REQUEST)) {
            return new Effect.Unknown("endpoint " + call.text("endpoint") + " offers no way to look a request up");
        }
        try {
            Map<String, @Nullable Object> now = fields(call, read(call));
            if (same(now, wanted(call))) {
                return new Effect.Applied(Map.of());
            }
            // Neither as wanted nor as before: somebody else wrote there, and nobody can tell what became of ours.
            return same(now, before)
                    ? new Effect.NotApplied("the fields are as before", true)
                    : new Effect.Unknown("the fields are neither as before nor as wanted");
        } catch (UnplannableException e) {
            return new Effect.Unknown(String.valueOf(e.getMessage()));
        }
    }

    @Override
    public boolean isRestored(Call call, Map<String, @Nullable Object> before) throws UnplannableException {
        return call.use().equals(REQUEST) || same(fields(call, read(call)), before);
    }

    private Effect change(Call call, String method, @Nullable Object body, UUID token) {
        HttpTransport.Answer answer;
        try {
            answer = transport.send(endpoint(call), method, call.text("path"), body, token);
        } catch (UnplannableException e) {
            return new Effect.NotApplied(String.valueOf(e.getMessage()), false);
        }
        if (answer instanceof HttpTransport.Answer.NotSent notSent) {
            return new Effect.NotApplied(notSent.reason(), true);
        }
        if (!(answer instanceof HttpTransport.Answer.Received received)) {
            return new Effect.Unknown("no answer of endpoint " + call.text("endpoint"));
        }
        int status = received.status();
        if (status >= 200 && status < 300) {
            return new Effect.Applied(Map.of("status", status));
        }
        if (status == 429) {
            return new Effect.NotApplied(HttpTransport.error(received), true);
        }
        if (status >= 300 && status < 500 && status != 408) {
            return new Effect.NotApplied("refused: " + HttpTransport.error(received), false);
        }
        return new Effect.Unknown(HttpTransport.error(received));
    }

    private JsonNode read(Call call) throws UnplannableException {
        HttpTransport.Answer answer = transport.send(endpoint(call), "GET", call.text("path"), null, null);
        if (answer instanceof HttpTransport.Answer.Received received
                && received.status() == 200
                && received.body().isObject()) {
            return received.body();
        }
        throw new UnplannableException(
                "endpoint " + call.text("endpoint") + call.text("path") + " gives no JSON object to compare with");
    }

    private static Map<String, @Nullable Object> wanted(Call call) {
        Map<String, @Nullable Object> wanted = new LinkedHashMap<>();
        if (call.arguments().get("json") instanceof Map<?, ?> json) {
            json.forEach((key, value) -> wanted.put(String.valueOf(key), value));
        }
        return wanted;
    }

    private static Map<String, @Nullable Object> fields(Call call, JsonNode resource) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        wanted(call).keySet().forEach(field -> fields.put(field, HttpTransport.plain(resource.path(field))));
        return fields;
    }

    private static boolean same(Map<String, @Nullable Object> one, Map<String, @Nullable Object> other) {
        return CanonicalJson.write(one).equals(CanonicalJson.write(other));
    }

    private static String method(Call call) {
        return call.text("method").isEmpty() ? "POST" : call.text("method");
    }

    private Endpoint endpoint(Call call) throws UnplannableException {
        Endpoint endpoint = endpoints.get().get(call.text("endpoint"));
        if (endpoint == null) {
            throw new UnplannableException("endpoint '" + call.text("endpoint") + "' is not in the catalogue");
        }
        return endpoint;
    }
}
