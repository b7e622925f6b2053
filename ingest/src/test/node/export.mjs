// A Node process as any user would write it: the SDK reads its endpoint and protocol from the OTEL_* environment.
// Exports one counter, one histogram, five spans and five log records, then shuts down, which flushes.
import { NodeSDK } from '@opentelemetry/sdk-node';
import { metrics, trace } from '@opentelemetry/api';
import { logs, SeverityNumber } from '@opentelemetry/api-logs';

const sdk = new NodeSDK();
sdk.start();

const meter = metrics.getMeter('test');
meter.createCounter('orders').add(3);
meter.createHistogram('duration').record(0.2);

const tracer = trace.getTracer('test');
const logger = logs.getLogger('test');
for (let i = 0; i < 5; i++) {
  tracer.startSpan(`order ${i}`).end();
  logger.emit({ severityNumber: SeverityNumber.WARN, severityText: 'WARN', body: `slow ${i}` });
}
await sdk.shutdown();
