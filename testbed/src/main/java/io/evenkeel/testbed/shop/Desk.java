package io.evenkeel.testbed.shop;

import io.evenkeel.testbed.http.Answer;
import io.evenkeel.testbed.http.Request;
import java.util.Map;

/** What one role does with the requests it gets, by path. Error answers are made in one place, {@link ShopService}. */
interface Desk {
    /** Handlers by path; the path is also the telemetry's {@code http.route}. */
    Map<String, Work> work();

    /** Touches what only this role uses, so that the first user does not wait for it to load. */
    default void warmUp() {}

    /** Answers one request. */
    @FunctionalInterface
    interface Work {
        Answer answer(Request request) throws InterruptedException;
    }
}
