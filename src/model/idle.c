/* SPDX-License-Identifier: MIT
 *
 * Names are those of Linux 2.6 to 6.x on x86, arm64, powerpc and s390, and of Xen and Hyper-V guests, from
 * the kernel's own sources (kernel/sched/idle.c, drivers/cpuidle, arch/…/kernel/process.c and entry code).
 * FlameScope looks for a few of them anywhere in the stack and so drops softirq work; here the side nearer to
 * the leaf wins. */
#include "model/idle.h"

static const char *const loop_names[] = {
    "do_idle",
    "cpu_idle",
    "cpu_idle_loop",
    "cpu_startup_entry",
    "arch_cpu_idle",
    "native_safe_halt",
    "pv_native_safe_halt",
    "xen_safe_halt",
    "safe_halt",
    "poll_idle",
    "cpu_do_idle",
    "psci_enter_idle_state",
    "snooze_loop",
    "enabled_wait",
    "hv_safe_halt",
    "amd_e400_idle",
    "c1e_idle",
    "mwait_idle_with_hints.constprop.0",
    "acpi_safe_halt",
    "cpu_enter_idle",
    "pseries_idle",
    "power7_idle",
    "native_halt",
    "rest_init",
};

/* A name that begins so, at a word's end: intel_idle_irq, cpuidle_enter_state, acpi_idle_do_entry… */
static const char *const loop_prefixes[] = {
    "intel_idle",
    "acpi_idle_",
    "acpi_processor_ffh_cstate_enter",
    "cpuidle_",
    "default_idle",
    "mwait_idle",
    "haltpoll_",
    "tick_nohz_idle_",
    "arch_cpu_idle_",
    "xen_hypercall_sched_op",
};

static const char *const interrupt_names[] = {
    "do_IRQ",
    "__do_softirq",
    "do_softirq",
    "handle_softirqs",
    "irq_exit",
    "irq_exit_rcu",
    "__irq_exit_rcu",
    "do_softirq_own_stack",
    "call_softirq",
    "common_interrupt",
    "__common_interrupt",
    "ret_from_intr",
    "handle_irq",
    "gic_handle_irq",
    "el1_irq",
    "el1_interrupt",
    "el1h_64_irq",
    "handle_domain_irq",
    "__handle_domain_irq",
    "generic_handle_domain_irq",
    "do_interrupt_handler",
    "hrtimer_interrupt",
    "xen_evtchn_do_upcall",
    "xen_hvm_evtchn_do_upcall",
    "xen_do_hypervisor_callback",
    "xen_hvm_callback_vector",
    "run_ksoftirqd",
    "exc_nmi",
    "do_nmi",
    "timer_interrupt",
    "do_ext_interrupt",
    "do_io_irq",
    "apic_timer_interrupt",
    "smp_apic_timer_interrupt",
};

static const char *const interrupt_prefixes[] = {"asm_sysvec_",
                                                 "sysvec_",
                                                 "asm_common_interrupt",
                                                 "smp_call_function_interrupt",
                                                 "smp_reschedule_interrupt",
                                                 "reschedule_interrupt",
                                                 "call_function_interrupt",
                                                 "call_function_single_interrupt",
                                                 "generic_smp_call_function"};

static bool in(struct str s, const char *const *list, size_t n, bool prefix)
{
    for (size_t i = 0; s.n && i < n; i++) {
        if (*list[i] != *s.p)
            continue;
        struct str known = str_of(list[i]);
        if (prefix ? str_starts(s, known) : str_eq(s, known))
            return true;
    }
    return false;
}

#define IN(s, list, prefix) in((s), (list), sizeof(list) / sizeof *(list), (prefix))

enum idle_class idle_classify(struct str f)
{
    if (IN(f, loop_names, false) || IN(f, loop_prefixes, true))
        return IDLE_CLASS_LOOP;
    if (IN(f, interrupt_names, false) || IN(f, interrupt_prefixes, true))
        return IDLE_CLASS_INTERRUPT;
    return IDLE_CLASS_NONE;
}

bool idle_is_idle_task(struct str comm)
{
    return str_eq(comm, STR("swapper")) || str_starts(comm, STR("swapper/"));
}
