/** The front door as a server: ports, requests, answers. */
@NullMarked
package io.evenkeel.ingest.app;

import org.jspecify.annotations.NullMarked;
