/** Log-in of workloads with tokens of their own issuers. */
@NullMarked
package dev.breakwater.auth.federation;

import org.jspecify.annotations.NullMarked;
