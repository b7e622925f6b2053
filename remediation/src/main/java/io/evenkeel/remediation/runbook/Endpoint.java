package io.evenkeel.remediation.runbook;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * An address that executors may call, by name. The only hosts that executors ever talk to are those named here.
 *
 * @param name for example {@code supervisor}
 * @param url base address; a path is kept as prefix
 * @param tokenFile file that holds the bearer token, null when none is needed; its content is never shown
 * @param timeout of one request, for example 5 s
 */
public record Endpoint(String name, URI url, @Nullable Path tokenFile, Duration timeout) {}
