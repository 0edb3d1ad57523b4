Console.WriteLine(TorchSharp.torch.ones(2, 2));
