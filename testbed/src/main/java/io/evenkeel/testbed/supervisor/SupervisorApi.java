package io.evenkeel.testbed.supervisor;

import io.evenkeel.testbed.fault.FaultKind;
import io.evenkeel.testbed.http.Answer;
import io.evenkeel.testbed.http.BadRequestException;
import io.evenkeel.testbed.http.Json;
import io.evenkeel.testbed.http.JsonServer;
import io.evenkeel.testbed.http.Request;
import io.evenkeel.testbed.shop.Role;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The platform's HTTP interface: JSON, bearer token, an idempotency key on everything that changes a service. */
final class SupervisorApi {
    private final Platform platform;
    private final Orders orders;
    private final Operations operations;
    private final Releases releases;
    private final FaultDesk faults;
    private final Journal journal;
    private final Token token;

    SupervisorApi(
            Platform platform,
            Orders orders,
            Operations operations,
            Releases releases,
            FaultDesk faults,
            Journal journal,
            Token token) {
        this.platform = platform;
        this.orders = orders;
        this.operations = operations;
        this.releases = releases;
        this.faults = faults;
        this.journal = journal;
        this.token = token;
    }

    void serve(JsonServer server) {
        server.on("/healthz", request -> Answer.ok(platform.health()));
        server.on("/services", request -> guarded(request, this::services));
        server.on("/operations", request -> guarded(request, this::operation));
        server.on(
                "/journal",
                request -> guarded(
                        request,
                        get -> Answer.ok(
                                journal.entries().stream().map(Entry::json).toList())));
        server.on("/releases", request -> guarded(request, this::releases));
        server.on("/faults", request -> guarded(request, this::faults));
    }

    private Answer guarded(Request request, JsonServer.Handler handler) throws InterruptedException {
        if (!token.isIn(request.header("Authorization"))) {
            return Answer.error(401, "send the token of the token file as 'Authorization: Bearer …'");
        }
        return handler.answer(request);
    }

    private Answer services(Request request) {
        List<String> path = request.path();
        if (request.method().equals("GET")) {
            return Answer.ok(path.size() == 1 ? platform.json() : platform.json(path.get(1)));
        }
        if (!request.method().equals("POST") || path.size() != 3) {
            throw unknown(request);
        }
        String key = request.header("Idempotency-Key");
        if (key == null || !key.matches("[\\x21-\\x7e]{1,200}")) {
            throw new BadRequestException(400, "header Idempotency-Key is required: 1 to 200 visible ASCII characters");
        }
        String service = path.get(1);
        JsonNode body = Json.tree(request.body());
        return switch (path.get(2)) {
            case "deploy" -> taken(key, "deploy", service, () -> orders.deploy(service, required(body, "version")));
            case "rollback" -> taken(key, "rollback", service, () -> orders.rollback(service, text(body, "toVersion")));
            case "restart" -> taken(key, "restart", service, () -> restart(service, body));
            case "scale" -> taken(key, "scale", service, () -> orders.scale(service, number(body, "replicas", 0)));
            case "chore" ->
                taken(
                        key,
                        "chore",
                        service,
                        () -> orders.chore(service, required(body, "chore"), number(body, "seconds", 0)));
            default -> throw unknown(request);
        };
    }

    /** A known token is answered before the order is looked at: what it named may be gone by now. */
    private Answer taken(String key, String action, String service, Supplier<Operations.Order> order) {
        Operation operation =
                operations.known(key, action, service).orElseGet(() -> operations.submit(key, order.get()));
        return new Answer(202, operation.json());
    }

    private Operations.Order restart(String service, JsonNode body) {
        return orders.restart(
                service,
                text(body, "instance"),
                body.path("drain").asBoolean(true),
                Duration.ofMillis(
                        Math.max(0, number(body, "termTimeoutMillis", (int) Operations.TERM_TIMEOUT.toMillis()))));
    }

    private Answer operation(Request request) {
        List<String> path = request.path();
        if (path.size() != 2) {
            return Answer.ok(operations.all().stream().map(Operation::json).toList());
        }
        return operations
                .find(path.get(1))
                .map(operation -> Answer.ok(operation.json()))
                .orElseGet(() -> new Answer(404, Map.of("token", path.get(1), "state", "unknown")));
    }

    private Answer releases(Request request) {
        if (request.method().equals("GET") && request.path().size() == 2) {
            return Answer.ok(releases.json(roleOf(request.path().get(1))));
        }
        if (!request.method().equals("POST")) {
            throw unknown(request);
        }
        JsonNode body = Json.tree(request.body());
        Map<String, String> behaviour = new LinkedHashMap<>();
        body.path("behaviour")
                .properties()
                .forEach(variable ->
                        behaviour.put(variable.getKey(), variable.getValue().asString()));
        return new Answer(201, releases.add(roleOf(required(body, "service")), text(body, "version"), behaviour));
    }

    private Answer faults(Request request) throws InterruptedException {
        List<String> path = request.path();
        String what = path.size() > 1 ? path.get(1) : "";
        return switch (request.method()) {
            case "GET" -> Answer.ok(what.equals("catalogue") ? Fault.catalogue() : faults.json());
            case "DELETE" -> Answer.ok(faults.json(faults.revert(what)));
            case "POST" -> inject(Json.tree(request.body()));
            default -> throw unknown(request);
        };
    }

    private Answer inject(JsonNode body) throws InterruptedException {
        FaultKind kind;
        try {
            kind = FaultKind.of(required(body, "fault"));
        } catch (IllegalArgumentException e) {
            throw new BadRequestException(422, String.valueOf(e.getMessage()));
        }
        Fault fault =
                faults.inject(required(body, "service"), kind, number(body, "intensity", 2), text(body, "instance"));
        return new Answer(201, faults.json(fault));
    }

    private Role roleOf(String service) {
        return platform.service(service).role();
    }

    private static BadRequestException unknown(Request request) {
        return new BadRequestException(404, "no " + request.method() + " of /" + String.join("/", request.path()));
    }

    private static String required(JsonNode body, String field) {
        String value = text(body, field);
        if (value == null) {
            throw new BadRequestException(422, "field " + field + " is required");
        }
        return value;
    }

    private static @Nullable String text(JsonNode body, String field) {
        String value = body.path(field).asString("");
        return value.isBlank() ? null : value;
    }

    private static int number(JsonNode body, String field, int otherwise) {
        JsonNode value = body.path(field);
        if (value.isMissingNode() || value.isNull()) {
            return otherwise;
        }
        if (!value.isIntegralNumber()) {
            throw new BadRequestException(422, "field " + field + " must be a whole number");
        }
        return value.asInt();
    }
}
