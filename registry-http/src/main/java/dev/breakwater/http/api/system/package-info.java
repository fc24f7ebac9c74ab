/** What the management API tells of the system: ping, version, health, systeminfo. */
@NullMarked
package dev.breakwater.http.api.system;

import org.jspecify.annotations.NullMarked;
