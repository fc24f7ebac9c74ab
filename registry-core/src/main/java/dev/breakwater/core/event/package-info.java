/** What happened: events that use cases record in the transaction of the change. */
@NullMarked
package dev.breakwater.core.event;

import org.jspecify.annotations.NullMarked;
