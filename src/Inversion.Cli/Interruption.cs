using System.Runtime.InteropServices;

namespace Inversion.Cli;

/// <summary>Turns Ctrl-C and a termination signal into a cancellation. A second Ctrl-C ends the program at once; a termination signal never does, however often it comes.</summary>
internal sealed class Interruption : IDisposable
{
    private readonly CancellationTokenSource source = new();
    private readonly PosixSignalRegistration interrupt;
    private readonly PosixSignalRegistration termination;
    private readonly Lock gate = new();
    private int interrupts;

    // Where one lives inside another, the outer one speaks.
    private static int living;
    private readonly bool isOutermost = Interlocked.Increment(ref living) == 1;

    public Interruption()
    {
        interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context =>
        {
            if (Interlocked.Increment(ref interrupts) == 1)
            {
                Cancel(context);
            }
        });
        termination = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Cancel);
    }

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token => source.Token;

    public void Dispose()
    {
        Interlocked.Decrement(ref living);
        interrupt.Dispose();

        // What sends a signal twice, as schedulers and wrappers do, may send it while the program ends: its exit code must come through.
        lock (gate)
        {
            if (source.IsCancellationRequested)
            {
                GC.SuppressFinalize(termination);
                return;
            }
        }

        termination.Dispose();
        source.Dispose();
    }

    private void Cancel(PosixSignalContext context)
    {
        context.Cancel = true;
        lock (gate)
        {
            if (!source.IsCancellationRequested)
            {
                if (isOutermost)
                {
                    Console.Error.WriteLine("cancelling; what is finished is kept");
                }

                source.Cancel();
            }
        }
    }
}
