/** The jobs of the management API: workers, queues, and the jobs of the system. */
@NullMarked
package dev.breakwater.http.api.job;

import org.jspecify.annotations.NullMarked;
